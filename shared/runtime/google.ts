import { PubSub } from '@google-cloud/pubsub';
import { pubsubBus } from '../bus/pubsub.ts';
import { systemClock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { TerminalError } from '../engine/errors.ts';
import type { Reachability } from '../kubernetes/reachability.ts';
import { firestoreDocuments } from '../store/firestore.ts';
import { openFirestore } from '../store/firestore-client.ts';
import { assembleEngine } from './assemble.ts';
import { createLogger } from './logger.ts';
import { portsOpener } from './ports.ts';
import { limitsOf, readSettings } from './settings.ts';

/**
 * The engine on Google Cloud: Firestore, Pub/Sub, Compute Engine and the clusters of the kubeconfig files.
 *
 * @throws Error naming the environment variables that are missing or wrong.
 */
export async function connectGoogle(env: NodeJS.ProcessEnv, shutdown: AbortSignal): Promise<Engine> {
  const settings = readSettings(env);
  const clock = systemClock;
  const log = createLogger(settings.LOG_LEVEL);
  const projectId = settings.GOOGLE_CLOUD_PROJECT;
  return assembleEngine({
    documents: firestoreDocuments(openFirestore({ projectId })),
    bus: pubsubBus(new PubSub({ projectId })),
    clock,
    log,
    openPorts: portsOpener({ settings, clock, log, reachability: noProbe }),
    limits: limitsOf(settings),
    project: projectId,
    shutdown,
  });
}

/** Until something looks at the data plane, no route is deleted: a step that asks is blocked before its first act. */
const noProbe: Reachability = {
  unreached: async () => {
    throw new TerminalError(
      'NoReachabilityProbe',
      'Nothing can tell here whether a node’s pods are reached, so no route is deleted.',
      'Run the migration where a reachability probe is set up.',
    );
  },
};

import { PubSub } from '@google-cloud/pubsub';
import { pubsubBus } from '../bus/pubsub.ts';
import { systemClock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { firestoreDocuments } from '../store/firestore.ts';
import { openFirestore } from '../store/firestore-client.ts';
import { assembleEngine } from './assemble.ts';
import { gardenConnection } from './garden.ts';
import { createLogger } from './logger.ts';
import { portsOpener } from './ports.ts';
import { limitsOf, readSettings } from './settings.ts';
import { engineTelemetry } from './telemetry.ts';

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
    telemetry: engineTelemetry({ settings, clock, log, env }),
    openPorts: portsOpener({ settings, clock, log }),
    garden: gardenConnection({ settings, clock, log }),
    limits: limitsOf(settings),
    project: projectId,
    shutdown,
  });
}

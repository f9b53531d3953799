import { PubSub } from '@google-cloud/pubsub';
import { pubsubBus } from '../../../shared/bus/pubsub.ts';
import { withinDeadline } from '../../../shared/deadline.ts';
import { firestoreDocuments } from '../../../shared/store/firestore.ts';
import { openFirestore } from '../../../shared/store/firestore-client.ts';
import type { Context } from '../../context/schema.ts';
import { CommandError } from '../../exit-codes.ts';
import type { Terminal } from '../../terminal.ts';
import type { Operations } from '../operations.ts';
import { type ProjectOptions, projectOperations } from './index.ts';
import { operatorHere } from './operator.ts';

const CLOSE_MS = 2_000;

/** Google’s own clients; the emulators’ where their variables say so. */
export function openProject(options: {
  readonly context: Extract<Context, { kind: 'project' }>;
  readonly terminal: Terminal;
  readonly lookAt: ProjectOptions['lookAt'];
  /** Whoever is logged in on this machine. */
  readonly machine: string;
}): Operations {
  const { context, terminal, lookAt, machine } = options;
  const { FIRESTORE_EMULATOR_HOST: firestoreHost, PUBSUB_EMULATOR_HOST: pubsubHost } = terminal.env;
  if (Boolean(firestoreHost) !== Boolean(pubsubHost)) {
    // Else half of it would be said to Google.
    throw new CommandError(
      'usage',
      'FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST: expected both of them, or neither.',
    );
  }
  const projectId = context.project;
  const firestore = openFirestore({
    projectId,
    // The emulator’s word for a caller that no security rule binds.
    ...(firestoreHost && {
      host: firestoreHost,
      ssl: false,
      customHeaders: { Authorization: 'Bearer owner' },
    }),
  });
  const pubsub = new PubSub({
    projectId,
    ...(pubsubHost && { apiEndpoint: pubsubHost, emulatorMode: true }),
  });
  return projectOperations({
    documents: firestoreDocuments(firestore),
    bus: pubsubBus(pubsub),
    clock: terminal.clock,
    operator: () => operatorHere(context.operator, machine, terminal),
    lookAt,
    close: async () => {
      const closed = Promise.all([firestore.terminate(), pubsub.close()]);
      await withinDeadline('closing connections', CLOSE_MS, closed).catch(() => undefined);
    },
  });
}

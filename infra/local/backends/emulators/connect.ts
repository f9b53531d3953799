import { PubSub } from '@google-cloud/pubsub';
import type { Bus } from '../../../../shared/bus/bus.ts';
import { pubsubBus } from '../../../../shared/bus/pubsub.ts';
import { withinDeadline } from '../../../../shared/deadline.ts';
import type { Documents } from '../../../../shared/store/documents.ts';
import { firestoreDocuments } from '../../../../shared/store/firestore.ts';
import { openFirestore } from '../../../../shared/store/firestore-client.ts';

const CLOSE_DEADLINE_MS = 2_000;

export interface EmulatorAddress {
  /** `host:port` */
  readonly pubsubHost: string;
  readonly firestoreHost: string;
  readonly project: string;
}

export interface EmulatorConnections {
  readonly documents: Documents;
  readonly bus: Bus;
  /** For what the port does not do: topics and subscriptions. */
  readonly pubsub: PubSub;
  close(): Promise<void>;
}

/** Google's own clients, pointed at emulators. Without credentials, and without looking for any. */
export function connectEmulators({
  pubsubHost,
  firestoreHost,
  project,
}: EmulatorAddress): EmulatorConnections {
  // google-auth-library would look for a metadata server and warn that there is none (local-components.md §1).
  process.env.METADATA_SERVER_DETECTION = 'none';
  const firestore = openFirestore({
    projectId: project,
    host: firestoreHost,
    ssl: false,
    // The emulator's word for a caller that no security rule binds.
    customHeaders: { Authorization: 'Bearer owner' },
  });
  const pubsub = new PubSub({ projectId: project, apiEndpoint: pubsubHost, emulatorMode: true });
  return {
    documents: firestoreDocuments(firestore),
    bus: pubsubBus(pubsub),
    pubsub,
    async close() {
      // The client waits for reads that it repeats in the background, more than a minute when the emulator is gone.
      const closed = Promise.all([firestore.terminate(), pubsub.close()]);
      await withinDeadline('closing connections', CLOSE_DEADLINE_MS, closed).catch(() => undefined);
    },
  };
}

import type { Bus } from '../../../shared/bus/bus.ts';
import type { Documents } from '../../../shared/store/documents.ts';
import { remoteBus, remoteDocuments } from './embedded/index.ts';
import { connectEmulators } from './emulators/index.ts';

/** How a functions process of the local world reaches the store and the bus. */
export interface Connections {
  readonly documents: Documents;
  readonly bus: Bus;
  /** Gives connections back, so that the process can end. */
  close(): Promise<void>;
}

/** Variable that holds the base URL of the embedded backends. */
export const EMBEDDED_URL = 'LOCAL_BACKENDS_URL';

/**
 * Connects to what {@link Backends.environment} describes: the embedded backends when LOCAL_BACKENDS_URL is set, else
 * the emulators named by PUBSUB_EMULATOR_HOST and FIRESTORE_EMULATOR_HOST. Never to Google's own services.
 *
 * @throws Error naming the variables when neither is described.
 */
export function connectFromEnvironment(env: Readonly<Record<string, string | undefined>>): Connections {
  const url = env[EMBEDDED_URL];
  if (url !== undefined && url !== '') {
    return { documents: remoteDocuments(url), bus: remoteBus(url), close: () => Promise.resolve() };
  }
  const {
    PUBSUB_EMULATOR_HOST: pubsubHost,
    FIRESTORE_EMULATOR_HOST: firestoreHost,
    GOOGLE_CLOUD_PROJECT: project,
  } = env;
  if (!pubsubHost || !firestoreHost || !project) {
    throw new Error(
      `no local backends: set ${EMBEDDED_URL}, or PUBSUB_EMULATOR_HOST, FIRESTORE_EMULATOR_HOST and GOOGLE_CLOUD_PROJECT`,
    );
  }
  return connectEmulators({ pubsubHost, firestoreHost, project });
}

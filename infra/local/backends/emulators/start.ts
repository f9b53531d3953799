import type { FoundEmulators } from './find.ts';
import type { JavaServer } from './java-process.ts';
import { startJavaServer } from './java-process.ts';

export interface Emulators {
  /** `host:port` */
  readonly pubsubHost: string;
  readonly firestoreHost: string;
  /** Ends what was started here; emulators that ran before stay. */
  stop(): Promise<void>;
}

// A bound, which only those come near who write much: Firestore's emulator keeps every version, and with 256 MB it did little but
// collect after some ten thousand commits (`npm run bench:emulators`: 107 step runs a second instead of 192). The serial collector
// starts fastest.
const JVM_OPTIONS = ['-Xmx1g', '-XX:+UseSerialGC', '-Duser.language=en'];

/**
 * Starts both emulators on free loopback ports, or takes those that run already. They keep their state in memory only.
 *
 * @throws Error with the end of the log when one does not start; the other is stopped then.
 */
export async function startEmulators(found: FoundEmulators & { available: true }): Promise<Emulators> {
  if (found.kind === 'running') {
    const { pubsubHost, firestoreHost } = found;
    return { pubsubHost, firestoreHost, stop: () => Promise.resolve() };
  }
  const { java, pubsubJar, firestoreJar } = found;
  const starting = [
    startJavaServer('Pub/Sub emulator', java, (port) => [
      ...JVM_OPTIONS,
      ...['-jar', pubsubJar],
      ...['--host=127.0.0.1', `--port=${port}`],
    ]),
    startJavaServer('Firestore emulator', java, (port) => [
      ...JVM_OPTIONS,
      ...['-cp', firestoreJar, 'com.google.cloud.datastore.emulator.firestore.CloudFirestore', 'start'],
      ...['--host=127.0.0.1', `--port=${port}`],
    ]),
  ] as const;
  try {
    const [pubsub, firestore] = await Promise.all(starting);
    return {
      pubsubHost: pubsub.host,
      firestoreHost: firestore.host,
      stop: () => stopAll([pubsub, firestore]),
    };
  } catch (error) {
    const outcomes = await Promise.allSettled(starting);
    await stopAll(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])));
    throw error;
  }
}

async function stopAll(servers: readonly JavaServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}

import { randomBytes } from 'node:crypto';
import type { BackendOptions, Backends } from './backends.ts';
import type { FoundEmulators } from './emulators/index.ts';
import {
  clearTopology,
  connectEmulators,
  createPushSubscription,
  createTopology,
  startEmulators,
} from './emulators/index.ts';
import { subscriptionName } from './topology.ts';

/**
 * Google's emulators as {@link Backends}. The project's id is random unless given: emulators that ran before
 * may hold somebody else's state, and this world's topics and documents are to be its own.
 */
export async function startOnEmulators(
  options: BackendOptions,
  found: FoundEmulators & { available: true },
): Promise<Backends> {
  const { topology, speed = 1, project = `shoot-dualstack-${randomBytes(3).toString('hex')}` } = options;
  const emulators = await startEmulators(found);
  const { pubsubHost, firestoreHost } = emulators;
  const { documents, bus, pubsub, close } = connectEmulators({ pubsubHost, firestoreHost, project });
  let endpoints: readonly string[] = [];
  let stopped = false;

  async function stop(): Promise<void> {
    if (stopped) return;
    stopped = true;
    await close();
    await emulators.stop();
  }

  /** Subscriptions beyond the first come and go with the number of endpoints. */
  async function pushTo(baseUrls: readonly string[]): Promise<void> {
    const before = endpoints;
    endpoints = baseUrls;
    for (const { topic, push } of topology) {
      if (push === undefined) continue;
      for (const [instance, base] of baseUrls.entries()) {
        if (instance > 0 && instance >= before.length) {
          await createPushSubscription(pubsub, topic, push, speed, instance);
        }
        const subscription = pubsub.subscription(subscriptionName(topic, instance));
        await subscription.modifyPushConfig({ pushEndpoint: base + push.path });
      }
      for (let surplus = Math.max(1, baseUrls.length); surplus < before.length; surplus += 1) {
        await pubsub.subscription(subscriptionName(topic, surplus)).delete();
      }
    }
  }

  try {
    await createTopology(pubsub, topology, speed);
  } catch (error) {
    await stop();
    throw error;
  }
  const origin = found.kind === 'running' ? 'already running' : 'started from the Cloud SDK';
  return {
    kind: 'emulators',
    description: `Google's emulators, ${origin}: Firestore at ${firestoreHost}, Pub/Sub at ${pubsubHost}, project ${project}`,
    environment: {
      PUBSUB_EMULATOR_HOST: pubsubHost,
      FIRESTORE_EMULATOR_HOST: firestoreHost,
      GOOGLE_CLOUD_PROJECT: project,
      METADATA_SERVER_DETECTION: 'none',
    },
    documents,
    bus,
    setPushEndpoints: (baseUrl) => pushTo(typeof baseUrl === 'string' ? [baseUrl] : baseUrl),
    async reset() {
      const before = endpoints;
      endpoints = [];
      await clearTopology(pubsub);
      await clearDocuments(firestoreHost, project);
      await createTopology(pubsub, topology, speed);
      await pushTo(before);
    },
    stop,
  };
}

async function clearDocuments(firestoreHost: string, project: string): Promise<void> {
  const url = `http://${firestoreHost}/emulator/v1/projects/${project}/databases/(default)/documents`;
  const response = await fetch(url, { method: 'DELETE' });
  if (!response.ok) throw new Error(`DELETE ${url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

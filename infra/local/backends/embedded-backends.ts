import type { BackendOptions, Backends } from './backends.ts';
import { EMBEDDED_URL } from './connect.ts';
import { startEmbeddedBackends } from './embedded/index.ts';
import { subscriptionName } from './topology.ts';

/** The embedded store and bus as {@link Backends}. `reason` says why these and not the emulators. */
export async function startEmbedded(options: BackendOptions, reason: string): Promise<Backends> {
  const { topology, project = 'shoot-dualstack' } = options;
  const embedded = await startEmbeddedBackends({ ...options, project });
  const { bus, documents } = embedded;
  for (const { topic } of topology) bus.createTopic(topic);
  for (const { topic, push } of topology) {
    if (push !== undefined) bus.createSubscription(topic, subscriptionName(topic), push);
  }
  let instances = 1;
  return {
    kind: 'embedded',
    description: `embedded store and bus at ${embedded.url} (${reason})`,
    environment: {
      [EMBEDDED_URL]: embedded.url,
      GOOGLE_CLOUD_PROJECT: project,
      METADATA_SERVER_DETECTION: 'none',
    },
    documents,
    bus,
    async setPushEndpoints(baseUrl) {
      const baseUrls = typeof baseUrl === 'string' ? [baseUrl] : baseUrl;
      for (const { topic, push } of topology) {
        if (push === undefined) continue;
        for (const [instance, base] of baseUrls.entries()) {
          const name = subscriptionName(topic, instance);
          if (instance >= instances) bus.createSubscription(topic, name, push);
          bus.setPushEndpoint(name, base + push.path);
        }
        for (let surplus = Math.max(1, baseUrls.length); surplus < instances; surplus += 1) {
          await bus.removeSubscription(subscriptionName(topic, surplus));
        }
      }
      instances = Math.max(1, baseUrls.length);
    },
    async reset() {
      await bus.drop();
      documents.clear();
    },
    stop: embedded.stop,
  };
}

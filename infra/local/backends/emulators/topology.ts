import type { PubSub } from '@google-cloud/pubsub';
import type { PushSetup, Topology } from '../topology.ts';
import { DEFAULT_DELIVERY_ATTEMPTS, subscriptionName } from '../topology.ts';

/**
 * Creates the topics and subscriptions, without endpoints: the emulator keeps messages until there is one.
 *
 * @param speed the emulator lives on wall time, so durations of the world's clock are divided by this.
 */
export async function createTopology(pubsub: PubSub, topology: Topology, speed: number): Promise<void> {
  await Promise.all(topology.map(({ topic }) => pubsub.createTopic(topic)));
  await Promise.all(
    topology.map(async ({ topic, push }) => {
      if (push !== undefined) await createPushSubscription(pubsub, topic, push, speed, 0);
    }),
  );
}

/** @param instance counts the endpoints that a message goes to at once, from 0. */
export async function createPushSubscription(
  pubsub: PubSub,
  topic: string,
  push: PushSetup,
  speed: number,
  instance: number,
): Promise<void> {
  await pubsub.topic(topic).createSubscription(subscriptionName(topic, instance), {
    // Ten seconds is the least that is taken, at any speed.
    ackDeadlineSeconds: Math.max(10, Math.round(push.ackDeadlineSeconds / speed)),
    retryPolicy: {
      minimumBackoff: duration(push.minimumBackoffSeconds / speed),
      maximumBackoff: duration(push.maximumBackoffSeconds / speed),
    },
    ...(push.deadLetterTopic !== undefined && {
      deadLetterPolicy: {
        deadLetterTopic: `projects/${pubsub.projectId}/topics/${push.deadLetterTopic}`,
        maxDeliveryAttempts: push.maxDeliveryAttempts ?? DEFAULT_DELIVERY_ATTEMPTS,
      },
    }),
  });
}

/** Removes the project's topics and subscriptions with all their messages; other projects of the emulator stay. */
export async function clearTopology(pubsub: PubSub): Promise<void> {
  const [subscriptions] = await pubsub.getSubscriptions();
  await Promise.all(subscriptions.map((subscription) => subscription.delete()));
  const [topics] = await pubsub.getTopics();
  await Promise.all(topics.map((topic) => topic.delete()));
}

function duration(seconds: number): { seconds: number; nanos: number } {
  const whole = Math.floor(seconds);
  return { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) };
}

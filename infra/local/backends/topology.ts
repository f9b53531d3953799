import { z } from 'zod';

/** What the bus consists of: topics, and for each at most one push subscription. */
export type Topology = readonly TopicSetup[];

export interface TopicSetup {
  readonly topic: string;
  readonly push?: PushSetup;
}

/** All durations in seconds of the world's clock. */
export interface PushSetup {
  /** Path below the base URL given to `setPushEndpoints`, with its leading slash. */
  readonly path: string;
  /** A push that has not been answered by then is delivered again. */
  readonly ackDeadlineSeconds: number;
  readonly minimumBackoffSeconds: number;
  readonly maximumBackoffSeconds: number;
  /** Topic, of the same topology, that takes a message after {@link maxDeliveryAttempts} failed deliveries. */
  readonly deadLetterTopic?: string;
  /** 5 to 100; default 5. Only with a dead letter topic: without one, delivery is tried for ever. */
  readonly maxDeliveryAttempts?: number;
  /** Deliveries under way at once; default 8. The Pub/Sub emulator ignores it: its own limit is 2. */
  readonly concurrency?: number;
}

export const DEFAULT_DELIVERY_ATTEMPTS = 5;
export const DEFAULT_CONCURRENCY = 8;

/** Name of a topic's push subscription; `instance` counts the endpoints a message is delivered to at once, from 0. */
export function subscriptionName(topic: string, instance = 0): string {
  return instance === 0 ? `${topic}-push` : `${topic}-push-${instance + 1}`;
}

// Pub/Sub's own limits (local-components.md §3): what the emulator refuses, the embedded bus refuses as well.
const seconds = (least: number, most: number) => z.number().min(least).max(most);
const topicSetup = z.strictObject({
  topic: z
    .string()
    .regex(
      /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
      'must be 3 to 255 characters, start with a letter and not with "goog"',
    ),
  push: z
    .strictObject({
      path: z.string().startsWith('/'),
      ackDeadlineSeconds: seconds(10, 600),
      minimumBackoffSeconds: seconds(0, 600),
      maximumBackoffSeconds: seconds(0, 600),
      deadLetterTopic: z.string().optional(),
      maxDeliveryAttempts: z.int().min(5).max(100).optional(),
      concurrency: z.int().min(1).max(1000).optional(),
    })
    .refine((push) => push.minimumBackoffSeconds <= push.maximumBackoffSeconds, {
      path: ['minimumBackoffSeconds'],
      error: 'must not exceed maximumBackoffSeconds',
    })
    .optional(),
});

/**
 * @throws Error naming the entry and the field when a value is outside what Pub/Sub takes, a topic is named twice or
 *   a dead letter topic is not part of the topology.
 */
export function checkTopology(topology: Topology): void {
  const result = z.array(topicSetup).safeParse(topology);
  if (!result.success) throw new Error(`topology: ${z.prettifyError(result.error)}`, { cause: result.error });
  const topics = new Set<string>();
  for (const { topic } of topology) {
    if (topics.has(topic)) throw new Error(`topology: topic ${topic} is named twice`);
    topics.add(topic);
  }
  for (const { topic, push } of topology) {
    if (push?.deadLetterTopic !== undefined && !topics.has(push.deadLetterTopic)) {
      throw new Error(
        `topology: deadLetterTopic ${push.deadLetterTopic} of topic ${topic} is not in the topology`,
      );
    }
  }
}

import type { PubSub, Topic } from '@google-cloud/pubsub';
import { withinDeadline } from '../deadline.ts';
import type { Bus, TopicName } from './bus.ts';
import { BusUnavailable } from './bus.ts';
import { encodeMessage } from './encoding.ts';

const DEADLINE_MS = 15_000;

/**
 * The bus on Pub/Sub. Each message is sent at once and by itself: a function may be frozen as soon as it has
 * answered, so nothing may wait in a batch. The client repeats what failed for a passing reason.
 *
 * @param deadline milliseconds of wall time that one publish may take, repetitions included.
 */
export function pubsubBus(pubsub: PubSub, deadline = DEADLINE_MS): Bus {
  const topics = new Map<TopicName, Topic>();

  function topicNamed(name: TopicName): Topic {
    const known = topics.get(name);
    if (known !== undefined) return known;
    const topic = pubsub.topic(name, { batching: { maxMessages: 1 }, gaxOpts: { timeout: deadline } });
    topics.set(name, topic);
    return topic;
  }

  return {
    async publish(topic, message) {
      const payload = encodeMessage(topic, message);
      try {
        const sent = topicNamed(topic).publishMessage({
          data: payload,
          attributes: { ...message.attributes },
        });
        await withinDeadline(`publishing to ${topic}`, deadline, sent);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BusUnavailable(`topic ${topic} did not take a message: ${reason}`, { cause: error });
      }
    },
  };
}

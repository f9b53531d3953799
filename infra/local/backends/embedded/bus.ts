import type { Bus } from '../../../../shared/bus/bus.ts';
import { BusUnavailable } from '../../../../shared/bus/bus.ts';
import { encodeMessage } from '../../../../shared/bus/encoding.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { timestamp } from '../../../../shared/clock.ts';
import type { PushSetup } from '../topology.ts';
import type { DeliveryFaults } from './faults.ts';
import type { BusMessage } from './message.ts';
import type { Subscription } from './subscription.ts';
import { pushSubscription } from './subscription.ts';

export interface EmbeddedBus extends Bus {
  createTopic(topic: string): void;
  /** @throws Error when the topic is missing or the subscription exists. */
  createSubscription(topic: string, name: string, setup: Omit<PushSetup, 'path'>): void;
  /** Undefined: messages are kept until there is an endpoint. */
  setPushEndpoint(subscription: string, url: string | undefined): void;
  removeSubscription(subscription: string): Promise<void>;
  /** Messages that some subscription has not acknowledged yet. */
  pending(): number;
  /** Drops every message and breaks off what is under way; topics and subscriptions stay. */
  drop(): Promise<void>;
  /** Drops everything, topics too: from then on nothing is taken and nothing delivered. */
  stop(): Promise<void>;
}

/** An at-least-once bus in memory with Pub/Sub's push delivery, on the given clock. */
export function embeddedBus(options: {
  clock: Clock;
  project: string;
  faults?: DeliveryFaults;
}): EmbeddedBus {
  const { clock, project, faults = {} } = options;
  const topics = new Map<string, Set<Subscription>>();
  const subscriptions = new Map<string, Subscription>();
  let messagesSoFar = 0;

  function fanOut(topic: string, payload: Buffer, attributes: BusMessage['attributes']): void {
    const receivers = topics.get(topic);
    if (receivers === undefined) throw new BusUnavailable(`topic ${topic} does not exist`);
    messagesSoFar += 1;
    const message = { id: String(messagesSoFar), topic, payload, attributes, publishTime: timestamp(clock) };
    for (const subscription of receivers) subscription.accept(message);
  }

  function subscriptionNamed(name: string): Subscription {
    const subscription = subscriptions.get(name);
    if (subscription === undefined) throw new Error(`subscription ${name} does not exist`);
    return subscription;
  }

  async function dropAll(): Promise<void> {
    await Promise.all([...subscriptions.values()].map((subscription) => subscription.drop()));
  }

  return {
    async publish(topic, message) {
      const payload = encodeMessage(topic, message);
      fanOut(topic, payload, { ...message.attributes });
    },

    createTopic(topic) {
      if (!topics.has(topic)) topics.set(topic, new Set());
    },

    createSubscription(topic, name, { deadLetterTopic, ...setup }) {
      const receivers = topics.get(topic);
      if (receivers === undefined) throw new Error(`topic ${topic} does not exist`);
      if (subscriptions.has(name)) throw new Error(`subscription ${name} exists already`);
      const subscription = pushSubscription({
        ...setup,
        name,
        project,
        clock,
        faults,
        ...(deadLetterTopic !== undefined && {
          deadLetter: (message, attempts) => {
            const origin = deadLetterAttributes(project, name, message, attempts);
            fanOut(deadLetterTopic, message.payload, { ...message.attributes, ...origin });
          },
        }),
      });
      subscriptions.set(name, subscription);
      receivers.add(subscription);
    },

    setPushEndpoint(name, url) {
      subscriptionNamed(name).setEndpoint(url);
    },

    async removeSubscription(name) {
      const subscription = subscriptionNamed(name);
      subscriptions.delete(name);
      for (const receivers of topics.values()) receivers.delete(subscription);
      subscription.setEndpoint(undefined);
      await subscription.drop();
    },

    pending() {
      return [...subscriptions.values()].reduce((sum, subscription) => sum + subscription.pending(), 0);
    },

    drop: dropAll,

    async stop() {
      topics.clear();
      await dropAll();
      subscriptions.clear();
    },
  };
}

/** What Pub/Sub adds to a dead letter (local-components.md §3). */
function deadLetterAttributes(
  project: string,
  subscription: string,
  message: BusMessage,
  attempts: number,
): Record<string, string> {
  return {
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: subscription,
    CloudPubSubDeadLetterSourceSubscriptionProject: project,
    CloudPubSubDeadLetterSourceTopicPublishTime: message.publishTime,
  };
}

import type { Bus } from '../../../shared/bus/bus.ts';
import { BusUnavailable } from '../../../shared/bus/bus.ts';
import { encodeMessage } from '../../../shared/bus/encoding.ts';
import { type Clock, timestamp } from '../../../shared/clock.ts';
import { type BusMessage, type PushRequest, pushRequest } from '../backends/embedded/message.ts';
import {
  DEFAULT_DELIVERY_ATTEMPTS,
  type PushSetup,
  subscriptionName,
  type Topology,
} from '../backends/topology.ts';

/** From a publish to the push of its message: an estimate, since none is promised. */
const DELIVERY_MS = 100;

/** Why nobody waits any more. Made once: an abort without a reason makes an exception with a stack each time. */
const NOT_NEEDED = new Error('nobody waits for the acknowledgement any more');

/** What may befall a message on its way; all left out: nothing. */
export interface Detour {
  /** It never comes. Pub/Sub loses nothing: this is for what its sender never sent. */
  readonly lost?: boolean;
  /** It comes once this has resolved. */
  readonly held?: Promise<void>;
  /** It comes again, so many seconds after it could have come first, whatever became of it; 0 is at the same time. */
  readonly againAfterSeconds?: readonly number[];
}

/** A message on its way, as what may befall it sees it. */
export type MessageInTransit = Pick<BusMessage, 'id' | 'topic' | 'attributes'>;

export interface InProcessBus extends Bus {
  /** Asks about every message from now on; the first that says something decides. Returns a function that ends that. */
  onMessage(order: (message: MessageInTransit) => Detour | undefined): () => void;
  /** Asks whether an acknowledgement is lost, so that the message comes again. Returns a function that ends that. */
  onAcknowledgement(order: (message: MessageInTransit) => boolean): () => void;
  /** Messages that nobody has acknowledged yet. */
  pending(): number;
  /** Takes and delivers nothing any more. */
  stop(): void;
}

/**
 * Pub/Sub's push delivery without a socket: at least once, with back-off, acknowledgement deadline and dead letters as the
 * topology says. `deliver` says whether the message was acknowledged.
 */
export function inProcessBus(options: {
  readonly clock: Clock;
  readonly project: string;
  readonly topology: Topology;
  readonly deliver: (topic: string, request: PushRequest) => Promise<boolean>;
}): InProcessBus {
  const { clock, project, topology, deliver } = options;
  const setups = new Map(topology.map(({ topic, push }) => [topic, push]));
  const stopped = new AbortController();
  const detours = new Set<(message: MessageInTransit) => Detour | undefined>();
  const acknowledgements = new Set<(message: MessageInTransit) => boolean>();
  let messagesSoFar = 0;
  let pending = 0;

  function send(topic: string, payload: Buffer, attributes: BusMessage['attributes']): void {
    const setup = setups.get(topic);
    if (setup === undefined || stopped.signal.aborted) {
      throw new BusUnavailable(`topic ${topic} does not exist`);
    }
    messagesSoFar += 1;
    const message = { id: String(messagesSoFar), topic, payload, attributes, publishTime: timestamp(clock) };
    const { lost = false, held, againAfterSeconds = [] } = detourOf(message);
    if (!lost) dispatch(message, setup, held);
    for (const seconds of againAfterSeconds) {
      dispatch(message, setup, clock.sleep(seconds * 1_000, stopped.signal));
    }
  }

  /** All are asked, so that each counts every message. */
  function detourOf(message: BusMessage): Detour {
    const said = [...detours].flatMap((order) => order(message) ?? []);
    return said[0] ?? {};
  }

  function dispatch(message: BusMessage, setup: PushSetup, held?: Promise<void>): void {
    pending += 1;
    const untilStopped = (error: unknown) => {
      if (!stopped.signal.aborted) throw error;
    };
    const carried = held === undefined ? carry(message, setup) : held.then(() => carry(message, setup));
    void carried.catch(untilStopped).finally(() => {
      pending -= 1;
    });
  }

  async function carry(message: BusMessage, setup: PushSetup): Promise<void> {
    const { deadLetterTopic, maxDeliveryAttempts = DEFAULT_DELIVERY_ATTEMPTS } = setup;
    const { minimumBackoffSeconds: least, maximumBackoffSeconds: most } = setup;
    const subscription = subscriptionName(message.topic);
    await clock.sleep(DELIVERY_MS, stopped.signal);
    for (let attempt = 1; ; attempt += 1) {
      const told = deadLetterTopic === undefined ? undefined : attempt;
      const request = pushRequest(project, subscription, message, told);
      const acknowledged = await answeredInTime(deliver(message.topic, request), setup);
      if (acknowledged && !acknowledgementIsLost(message)) return;
      stopped.signal.throwIfAborted();
      if (deadLetterTopic !== undefined && attempt >= maxDeliveryAttempts) {
        send(deadLetterTopic, message.payload, { ...message.attributes, ...origin(message, attempt) });
        return;
      }
      await clock.sleep(Math.min(most, least * 2 ** (attempt - 1)) * 1_000, stopped.signal);
    }
  }

  function acknowledgementIsLost(message: BusMessage): boolean {
    return [...acknowledgements].map((order) => order(message)).includes(true);
  }

  /** A push that outlives the deadline counts as failed; its function may go on working. */
  async function answeredInTime(answer: Promise<boolean>, setup: PushSetup): Promise<boolean> {
    const answered = new AbortController();
    const end = () => answered.abort(NOT_NEEDED);
    stopped.signal.addEventListener('abort', end);
    if (stopped.signal.aborted) end();
    const deadline = clock.sleep(setup.ackDeadlineSeconds * 1_000, answered.signal).then(
      () => false,
      () => false,
    );
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      stopped.signal.removeEventListener('abort', end);
      end();
    }
  }

  /** What Pub/Sub adds to a dead letter (local-components.md §3). */
  function origin(message: BusMessage, attempts: number): Record<string, string> {
    return {
      CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
      CloudPubSubDeadLetterSourceSubscription: subscriptionName(message.topic),
      CloudPubSubDeadLetterSourceSubscriptionProject: project,
      CloudPubSubDeadLetterSourceTopicPublishTime: message.publishTime,
    };
  }

  return {
    async publish(topic, message) {
      send(topic, encodeMessage(topic, message), { ...message.attributes });
    },
    onMessage: (order) => {
      detours.add(order);
      return () => detours.delete(order);
    },
    onAcknowledgement: (order) => {
      acknowledgements.add(order);
      return () => acknowledgements.delete(order);
    },
    pending: () => pending,
    stop: () => stopped.abort(),
  };
}

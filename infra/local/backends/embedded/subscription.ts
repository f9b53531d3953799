import type { Clock } from '../../../../shared/clock.ts';
import type { PushSetup } from '../topology.ts';
import { DEFAULT_CONCURRENCY, DEFAULT_DELIVERY_ATTEMPTS } from '../topology.ts';
import type { DeliveryFaults } from './faults.ts';
import { faultDelay } from './faults.ts';
import type { BusMessage } from './message.ts';
import { push, pushRequest } from './message.ts';

export interface Subscription {
  readonly name: string;
  accept(message: BusMessage): void;
  /** Undefined keeps messages until there is an endpoint again. */
  setEndpoint(url: string | undefined): void;
  /** Messages that are not acknowledged yet. */
  pending(): number;
  /** Drops every message and breaks off deliveries under way; resolves when nothing of them runs any more. */
  drop(): Promise<void>;
}

interface SubscriptionOptions extends Omit<PushSetup, 'path' | 'deadLetterTopic'> {
  readonly name: string;
  readonly project: string;
  readonly clock: Clock;
  readonly faults: DeliveryFaults;
  /** Takes a message that used up its delivery attempts; without it delivery is tried for ever. */
  readonly deadLetter?: (message: BusMessage, attempts: number) => void;
}

interface Delivery {
  readonly message: BusMessage;
  failures: number;
}

/**
 * One push subscription: at least once, `concurrency` deliveries at a time, exponential back-off, dead letters. A push
 * that outlives the ack deadline is broken off and delivered again, as Pub/Sub does; its endpoint may go on working.
 */
export function pushSubscription(options: SubscriptionOptions): Subscription {
  const { clock, name, project, deadLetter } = options;
  const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
  const attempts = options.maxDeliveryAttempts ?? DEFAULT_DELIVERY_ATTEMPTS;
  const ready: Delivery[] = [];
  const running = new Set<Promise<void>>();
  let stopping = new AbortController();
  let endpoint: string | undefined;
  let pushing = 0;
  let unacknowledged = 0;

  /** Runs in the background until it ends or the messages are dropped. */
  function inBackground(work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = stopping;
    const run = work(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    running.add(run);
    void run.finally(() => running.delete(run));
  }

  function deliverReady(): void {
    while (endpoint !== undefined && pushing < concurrency) {
      const delivery = ready.shift();
      if (delivery === undefined) return;
      const url = endpoint;
      pushing += 1;
      inBackground(async (signal) => {
        const acknowledged = await attempt(delivery, url, signal).finally(() => {
          pushing -= 1;
        });
        signal.throwIfAborted();
        deliverReady();
        if (acknowledged) unacknowledged -= 1;
        else await failed(delivery, signal);
      });
    }
  }

  async function attempt(
    { message, failures }: Delivery,
    url: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const answered = new AbortController();
    const outOfTime = new AbortController();
    const ended = AbortSignal.any([signal, answered.signal]);
    const deadline = clock.sleep(options.ackDeadlineSeconds * 1000, ended).then(
      () => outOfTime.abort(),
      () => undefined,
    );
    const attemptNumber = deadLetter === undefined ? undefined : failures + 1;
    const request = pushRequest(project, name, message, attemptNumber);
    const acknowledged = await push(url, request, AbortSignal.any([signal, outOfTime.signal]));
    answered.abort();
    await deadline;
    return acknowledged;
  }

  async function failed(delivery: Delivery, signal: AbortSignal): Promise<void> {
    delivery.failures += 1;
    if (deadLetter !== undefined && delivery.failures >= attempts) {
      unacknowledged -= 1;
      deadLetter(delivery.message, delivery.failures);
      return;
    }
    const { minimumBackoffSeconds: least, maximumBackoffSeconds: most } = options;
    await clock.sleep(Math.min(most, least * 2 ** (delivery.failures - 1)) * 1000, signal);
    ready.push(delivery);
    deliverReady();
  }

  return {
    name,
    accept(message) {
      unacknowledged += 1;
      inBackground(async (signal) => {
        const delay = faultDelay(options.faults);
        if (delay > 0) await clock.sleep(delay, signal);
        ready.push({ message, failures: 0 });
        deliverReady();
      });
    },
    setEndpoint(url) {
      endpoint = url;
      deliverReady();
    },
    pending: () => unacknowledged,
    async drop() {
      stopping.abort();
      ready.length = 0;
      unacknowledged = 0;
      const ending = [...running];
      stopping = new AbortController();
      await Promise.all(ending);
    },
  };
}

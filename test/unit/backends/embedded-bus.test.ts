import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { EmbeddedBus } from '../../../infra/local/backends/embedded/index.ts';
import { embeddedBus } from '../../../infra/local/backends/embedded/index.ts';
import type { PushSetup } from '../../../infra/local/backends/index.ts';
import { BusUnavailable } from '../../../shared/bus/bus.ts';
import type { Answer, PushReceiver } from '../../support/push-receiver.ts';
import { startPushReceiver } from '../../support/push-receiver.ts';
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts';

const setup = { ackDeadlineSeconds: 60, minimumBackoffSeconds: 10, maximumBackoffSeconds: 45 };
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

/** A bus with topic and subscription `jobs` on a clock that stands still, pushing to a receiver. */
async function busWith(
  answer: Answer,
  more: Partial<PushSetup> = {},
  faults = {},
): Promise<{ bus: EmbeddedBus; receiver: PushReceiver; clock: VirtualClock }> {
  const clock = virtualClock();
  const receiver = await startPushReceiver(answer);
  const bus = embeddedBus({ clock, project: 'demo', faults });
  for (const topic of ['jobs', 'dead']) bus.createTopic(topic);
  bus.createSubscription('jobs', 'jobs-push', { ...setup, ...more });
  bus.setPushEndpoint('jobs-push', `${receiver.url}/jobs`);
  cleanUp.push(bus.stop, receiver.stop);
  return { bus, receiver, clock };
}

test('a push is a CloudEvent in binary mode as Eventarc sends it', async () => {
  const { bus, receiver, clock } = await busWith(() => 204);
  await bus.publish('jobs', { body: { n: 1 } });
  const [delivery] = await receiver.arrived('/jobs', 1);
  expect(delivery?.headers).toMatchObject({
    'content-type': 'application/json',
    'ce-id': delivery?.messageId,
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': '//pubsub.googleapis.com/projects/demo/topics/jobs',
    'ce-specversion': '1.0',
    'ce-time': new Date(clock.now()).toISOString(),
  });
  expect(delivery).toMatchObject({ subscription: 'projects/demo/subscriptions/jobs-push', attributes: {} });
  expect(delivery?.deliveryAttempt).toBeUndefined();
});

test('deliveries are counted from one where there is a dead letter topic', async () => {
  const { bus, receiver, clock } = await busWith((_, earlier) => (earlier === 0 ? 500 : 204), {
    deadLetterTopic: 'dead',
  });
  await bus.publish('jobs', { body: {} });
  await clock.sleeperOf(10_000);
  await clock.advance(10_000);
  const deliveries = await receiver.arrived('/jobs', 2);
  expect(deliveries.map(({ deliveryAttempt }) => deliveryAttempt)).toEqual([1, 2]);
});

test('the back-off doubles from the minimum to the maximum, in the time of the clock', async () => {
  const { bus, receiver, clock } = await busWith(() => 500);
  await bus.publish('jobs', { body: {} });
  for (const [failures, milliseconds] of [10_000, 20_000, 40_000, 45_000, 45_000].entries()) {
    await clock.sleeperOf(milliseconds);
    expect(receiver.deliveries).toHaveLength(failures + 1);
    expect(clock.asleep()).toEqual([milliseconds]);
    await clock.advance(milliseconds - 1);
    await nextTurn();
    expect(receiver.deliveries).toHaveLength(failures + 1);
    await clock.advance(1);
    await receiver.arrived('/jobs', failures + 2);
  }
});

test('a push that outlives the ack deadline is broken off and delivered again', async () => {
  const brokenOff = Promise.withResolvers<void>();
  const { bus, receiver, clock } = await busWith(async (_, earlier, closed) => {
    if (earlier > 0) return 204;
    closed.addEventListener('abort', () => brokenOff.resolve());
    await brokenOff.promise;
    return 204;
  });
  await bus.publish('jobs', { body: {} });
  await receiver.arrived('/jobs', 1);
  await clock.advance(60_000);
  await brokenOff.promise;
  await clock.sleeperOf(10_000);
  await clock.advance(10_000);
  await receiver.arrived('/jobs', 2);
  await vi.waitFor(() => expect(bus.pending()).toBe(0));
});

test('no more deliveries are under way than the subscription allows', async () => {
  const release = Promise.withResolvers<void>();
  let underWay = 0;
  let most = 0;
  const { bus, receiver } = await busWith(
    async ({ path }) => {
      if (path === '/dead') return 204;
      underWay += 1;
      most = Math.max(most, underWay);
      await release.promise;
      underWay -= 1;
      return 204;
    },
    { concurrency: 3 },
  );
  for (let n = 0; n < 9; n += 1) await bus.publish('jobs', { body: { n } });
  await receiver.arrived('/jobs', 3);
  // What goes out later arrives later: a fourth job would be there before the message of another subscription.
  bus.createSubscription('dead', 'dead-push', setup);
  bus.setPushEndpoint('dead-push', `${receiver.url}/dead`);
  await bus.publish('dead', { body: {} });
  await receiver.arrived('/dead', 1);
  expect(underWay).toBe(3);
  release.resolve();
  await receiver.arrived('/jobs', 9);
  expect(most).toBe(3);
});

test('pending counts what is not acknowledged yet, and a dead letter no longer', async () => {
  const { bus, clock } = await busWith(() => 500, { deadLetterTopic: 'dead', maxDeliveryAttempts: 5 });
  await bus.publish('jobs', { body: {} });
  expect(bus.pending()).toBe(1);
  for (const milliseconds of [10_000, 20_000, 40_000, 45_000]) {
    await clock.sleeperOf(milliseconds);
    expect(bus.pending()).toBe(1);
    await clock.advance(milliseconds);
  }
  await vi.waitFor(() => expect(bus.pending()).toBe(0));
});

test('after stop nothing is under way, nothing sleeps and nothing is taken', async () => {
  const never = Promise.withResolvers<number>();
  const { bus, receiver, clock } = await busWith(({ body }) =>
    JSON.stringify(body).includes('fail') ? 500 : never.promise,
  );
  await bus.publish('jobs', { body: { fail: true } });
  await clock.sleeperOf(10_000);
  await bus.publish('jobs', { body: { hang: true } });
  await receiver.arrived('/jobs', 2);
  await bus.stop();
  expect(clock.asleep()).toEqual([]);
  expect(bus.pending()).toBe(0);
  await expect(bus.publish('jobs', { body: {} })).rejects.toThrow(BusUnavailable);
});

test('a delay fault makes messages overtake each other, the same way for the same random numbers', async () => {
  const orders: unknown[][] = [];
  for (let run = 0; run < 2; run += 1) {
    const random = [0.5, 0.25, 0.75][Symbol.iterator]();
    const delay = { random: () => random.next().value ?? 0, maximumMilliseconds: 4_000 };
    const { bus, receiver, clock } = await busWith(() => 204, {}, { delay });
    for (const name of ['first', 'second', 'third']) await bus.publish('jobs', { body: { name } });
    for (let arrived = 1; arrived <= 3; arrived += 1) {
      await clock.advance(1_000);
      await receiver.arrived('/jobs', arrived);
    }
    orders.push((await receiver.arrived('/jobs', 3)).map(({ body }) => body));
  }
  expect(orders[0]).toEqual([{ name: 'second' }, { name: 'first' }, { name: 'third' }]);
  expect(orders[1]).toEqual(orders[0]);
});

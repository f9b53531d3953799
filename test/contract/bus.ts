import { describe, expect, test } from 'vitest';
import type { Backends, Topology } from '../../infra/local/backends/index.ts';
import { subscriptionName } from '../../infra/local/backends/index.ts';
import type { Bus } from '../../shared/bus/bus.ts';
import { BusUnavailable, UnsendableMessage } from '../../shared/bus/bus.ts';
import type { Answer, PushReceiver } from '../support/push-receiver.ts';
import { startPushReceiver } from '../support/push-receiver.ts';

export interface BusUnderTest {
  readonly backends: Backends;
  /** The bus to publish on, which need not be the backends' own object. */
  readonly bus: Bus;
  close(): Promise<void>;
}

const push = (path: string) => ({
  path,
  ackDeadlineSeconds: 10,
  minimumBackoffSeconds: 0,
  maximumBackoffSeconds: 0,
});

const topology: Topology = [
  { topic: 'orders', push: push('/orders') },
  { topic: 'doomed', push: { ...push('/doomed'), deadLetterTopic: 'graveyard', maxDeliveryAttempts: 5 } },
  { topic: 'graveyard', push: push('/graveyard') },
  { topic: 'nobody-listens' },
];

const TIMEOUT = { timeout: 60_000 };

/** What every bus guarantees, with push delivery as its backends set it up. Each test has backends of its own. */
export function busContract(open: (topology: Topology) => Promise<BusUnderTest>): void {
  /** A world with one receiver that answers everything as told, for the time of one test. */
  async function withReceiver(
    answer: Answer,
    run: (bus: Bus, receiver: PushReceiver, backends: Backends) => Promise<void>,
  ): Promise<void> {
    const receiver = await startPushReceiver(answer);
    const { backends, bus, close } = await open(topology);
    try {
      await backends.setPushEndpoints(receiver.url);
      await run(bus, receiver, backends);
    } finally {
      await close();
      await receiver.stop();
    }
  }

  const acknowledge: Answer = () => 204;

  // On the emulators these two wait for wall time; first, so that the others run meanwhile.
  describe.concurrent('failures', () => {
    test('an answer later than the ack deadline does not acknowledge', TIMEOUT, async () => {
      const again = Promise.withResolvers<void>();
      await withReceiver(
        async (_, earlier) => {
          if (earlier > 0) again.resolve();
          await again.promise;
          return 204;
        },
        async (bus, receiver) => {
          await bus.publish('orders', { body: { slow: true } });
          const [first, second] = await receiver.arrived('/orders', 2);
          expect(second?.messageId).toBe(first?.messageId);
        },
      );
    });

    test(
      'after five failures a message goes to the dead letter topic, with where it came from',
      TIMEOUT,
      async () => {
        await withReceiver(
          ({ path }) => (path === '/doomed' ? 500 : 204),
          async (bus, receiver, { environment }) => {
            await bus.publish('doomed', { body: { n: 7 }, attributes: { kept: 'yes' } });
            const [dead] = await receiver.arrived('/graveyard', 1);
            expect(dead).toMatchObject({
              body: { n: 7 },
              attributes: {
                kept: 'yes',
                CloudPubSubDeadLetterSourceDeliveryCount: '5',
                CloudPubSubDeadLetterSourceSubscription: subscriptionName('doomed'),
                CloudPubSubDeadLetterSourceSubscriptionProject: environment.GOOGLE_CLOUD_PROJECT,
              },
            });
            const published = dead?.attributes.CloudPubSubDeadLetterSourceTopicPublishTime ?? '';
            expect(Date.parse(published)).not.toBeNaN();
            expect(await receiver.arrived('/doomed', 5)).toHaveLength(5);
          },
        );
      },
    );
  });

  describe.concurrent('delivery', () => {
    test('a message arrives with its body, attributes, id and subscription', TIMEOUT, async () => {
      await withReceiver(acknowledge, async (bus, receiver) => {
        const body = { shoot: 'garden-core/api', text: 'grün 鍵 💎 \u0000', list: [1, null, { a: [] }] };
        await bus.publish('orders', { body, attributes: { origin: 'test', unicode: '鍵' } });
        const [delivery] = await receiver.arrived('/orders', 1);
        expect(delivery).toMatchObject({ body, attributes: { origin: 'test', unicode: '鍵' } });
        expect(delivery?.messageId).not.toBe('');
        expect(delivery?.subscription).toMatch(
          new RegExp(`^projects/[^/]+/subscriptions/${subscriptionName('orders')}$`),
        );
      });
    });

    test('a message of 9.9 MB arrives whole', TIMEOUT, async () => {
      await withReceiver(acknowledge, async (bus, receiver) => {
        const text = '0123456789'.repeat(988_000);
        await bus.publish('orders', { body: { text } });
        const [delivery] = await receiver.arrived('/orders', 1);
        expect(delivery?.body).toEqual({ text });
      });
    });

    test('messages sent before there is an endpoint wait for it', TIMEOUT, async () => {
      const receiver = await startPushReceiver();
      const { backends, bus, close } = await open(topology);
      try {
        await bus.publish('orders', { body: { early: true } });
        await backends.setPushEndpoints(receiver.url);
        expect(await receiver.arrived('/orders', 1)).toMatchObject([{ body: { early: true } }]);
      } finally {
        await close();
        await receiver.stop();
      }
    });

    test('with two endpoints each message goes to both', TIMEOUT, async () => {
      const second = await startPushReceiver();
      await withReceiver(acknowledge, async (bus, first, backends) => {
        await backends.setPushEndpoints([first.url, second.url]);
        await bus.publish('orders', { body: { n: 1 } });
        const [[one], [two]] = await Promise.all([first.arrived('/orders', 1), second.arrived('/orders', 1)]);
        expect(two?.messageId).toBe(one?.messageId);
        await backends.setPushEndpoints(second.url);
        await bus.publish('orders', { body: { n: 2 } });
        await second.arrived('/orders', 2);
        expect(first.deliveries).toHaveLength(1);
      });
      await second.stop();
    });

    test('the same endpoint twice duplicates every message', TIMEOUT, async () => {
      await withReceiver(acknowledge, async (bus, receiver, backends) => {
        await backends.setPushEndpoints([receiver.url, receiver.url]);
        await bus.publish('orders', { body: {} });
        const [first, second] = await receiver.arrived('/orders', 2);
        expect(second?.messageId).toBe(first?.messageId);
      });
    });

    test('after a reset old messages are gone and new ones arrive', TIMEOUT, async () => {
      await withReceiver(
        ({ body }) => (JSON.stringify(body).includes('old') ? 500 : 204),
        async (bus, receiver, backends) => {
          await bus.publish('orders', { body: { old: true } });
          await receiver.arrived('/orders', 1);
          await backends.reset();
          const before = receiver.deliveries.length;
          await bus.publish('orders', { body: { new: 1 } });
          await bus.publish('graveyard', { body: { new: 2 } });
          await Promise.all([receiver.arrived('/orders', before + 1), receiver.arrived('/graveyard', 1)]);
          expect(receiver.deliveries.slice(before).map(({ body }) => body)).not.toContainEqual({ old: true });
        },
      );
    });
  });

  describe.concurrent('acknowledgement', () => {
    test('statuses 200, 201, 203 and 204 acknowledge', TIMEOUT, async () => {
      const statuses = [200, 201, 203, 204];
      // The message of the other topic comes three times, so it outlasts any redelivery of the first four.
      await withReceiver(
        ({ path }, earlier) => {
          if (path === '/orders') return statuses[earlier] ?? 204;
          return earlier < 2 ? 500 : 204;
        },
        async (bus, receiver) => {
          for (const expected of statuses) await bus.publish('orders', { body: { expected } });
          await receiver.arrived('/orders', 4);
          await bus.publish('graveyard', { body: {} });
          await receiver.arrived('/graveyard', 3);
          expect(await receiver.arrived('/orders', 4)).toHaveLength(4);
        },
      );
    });

    test.for([202, 206, 301, 400, 404, 429, 500, 503])(
      'status %i does not: the same message comes again',
      TIMEOUT,
      async (status) => {
        await withReceiver(
          (_, earlier) => (earlier === 0 ? status : 204),
          async (bus, receiver) => {
            await bus.publish('orders', { body: { n: 1 }, attributes: { a: 'b' } });
            const [first, second] = await receiver.arrived('/orders', 2);
            expect(second).toMatchObject({
              messageId: first?.messageId,
              body: { n: 1 },
              attributes: { a: 'b' },
            });
          },
        );
      },
    );

    test('a connection that breaks does not', TIMEOUT, async () => {
      await withReceiver(
        (_, earlier) => {
          if (earlier === 0) throw new Error('no answer');
          return 204;
        },
        async (bus, receiver) => {
          await bus.publish('orders', { body: {} });
          await receiver.arrived('/orders', 2);
        },
      );
    });

    test('an endpoint that was down gets the message once it is up', TIMEOUT, async () => {
      const gone = await startPushReceiver();
      await gone.stop();
      await withReceiver(acknowledge, async (bus, receiver, backends) => {
        await backends.setPushEndpoints(gone.url);
        await bus.publish('orders', { body: { patient: true } });
        await backends.setPushEndpoints(receiver.url);
        expect(await receiver.arrived('/orders', 1)).toMatchObject([{ body: { patient: true } }]);
      });
    });
  });

  describe.concurrent('publish', () => {
    test('to a topic without subscription is taken', TIMEOUT, async () => {
      await withReceiver(acknowledge, async (bus) => {
        await bus.publish('nobody-listens', { body: {} });
      });
    });

    test('to a topic that does not exist is an error naming it', TIMEOUT, async () => {
      await withReceiver(acknowledge, async (bus) => {
        const published = bus.publish('no-such-topic', { body: {} });
        await expect(published).rejects.toThrow(BusUnavailable);
        await expect(published).rejects.toThrow('no-such-topic');
      });
    });

    test('refuses what cannot be sent, names the reason and sends nothing', TIMEOUT, async () => {
      await withReceiver(acknowledge, async (bus, receiver) => {
        const circular: Record<string, unknown> = {};
        circular.self = circular;
        const refused: [message: Parameters<Bus['publish']>[1], reason: string][] = [
          [{ body: { text: 'x'.repeat(10_000_000) } }, 'bytes'],
          [{ body: circular }, 'no JSON form'],
          [{ body: { big: 1n } }, 'no JSON form'],
          [{ body: () => 1 }, 'function'],
          [{ body: {}, attributes: { long: 'x'.repeat(1025) } }, 'long'],
          [{ body: {}, attributes: { google: '1' } }, 'goog'],
          [{ body: {}, attributes: { '': '1' } }, 'attribute name'],
        ];
        for (const [message, reason] of refused) {
          const published = bus.publish('orders', message);
          await expect(published).rejects.toThrow(UnsendableMessage);
          await expect(published).rejects.toThrow(reason);
        }
        await bus.publish('orders', { body: { last: true } });
        expect(await receiver.arrived('/orders', 1)).toMatchObject([{ body: { last: true } }]);
      });
    });
  });
}

import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const pushBody = z.object({
  message: z.object({
    data: z.base64(),
    messageId: z.string(),
    publishTime: z.iso.datetime({ offset: true }),
    attributes: z.record(z.string(), z.string()).default({}),
  }),
  subscription: z.string(),
  deliveryAttempt: z.int().optional(),
});

/** One push that arrived. */
export interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly messageId: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly subscription: string;
  readonly deliveryAttempt: number | undefined;
  /** The message's body, parsed. */
  readonly body: unknown;
}

/** The HTTP status to answer; `closed` ends with the connection. Throwing destroys the connection without an answer. */
export type Answer = (delivery: Delivery, earlier: number, closed: AbortSignal) => number | Promise<number>;

export interface PushReceiver {
  readonly url: string;
  /** Deliveries so far, in the order of their arrival. */
  readonly deliveries: readonly Delivery[];
  /** Resolves with the deliveries to `path` as soon as there are `count` of them. */
  arrived(path: string, count: number): Promise<readonly Delivery[]>;
  stop(): Promise<void>;
}

/** An endpoint for push subscriptions that answers as told; `earlier` counts deliveries to the same path before. */
export async function startPushReceiver(answer: Answer = () => 204): Promise<PushReceiver> {
  const deliveries: Delivery[] = [];
  const waiting = new Set<() => void>();

  const server = createServer((request, response) => {
    void text(request)
      .then(async (received) => {
        const { message, subscription, deliveryAttempt } = pushBody.parse(JSON.parse(received));
        const path = request.url ?? '';
        const earlier = deliveries.filter((delivery) => delivery.path === path).length;
        const delivery = {
          path,
          headers: request.headers,
          messageId: message.messageId,
          attributes: message.attributes,
          subscription,
          deliveryAttempt,
          body: JSON.parse(Buffer.from(message.data, 'base64').toString('utf8')),
        };
        deliveries.push(delivery);
        for (const check of waiting) check();
        const closed = new AbortController();
        response.once('close', () => closed.abort());
        response.writeHead(await answer(delivery, earlier, closed.signal)).end();
      })
      .catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the receiver listens on no TCP port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    deliveries,
    arrived(path, count) {
      const { promise, resolve } = Promise.withResolvers<readonly Delivery[]>();
      const check = () => {
        const those = deliveries.filter((delivery) => delivery.path === path);
        if (those.length < count) return;
        waiting.delete(check);
        resolve(those);
      };
      waiting.add(check);
      check();
      return promise;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

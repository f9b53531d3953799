import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Deliveries, DeliveryOutcome, Push } from './deliveries.ts';

/** Where the balancer can send a message now. */
export interface Target {
  readonly pid: number;
  readonly url: string;
}

/** The one push endpoint before all instances, as Cloud Run's front end is. */
export interface Balancer {
  readonly url: string;
  /** Topics of the messages that this instance works on now. */
  underWay(pid: number): readonly string[];
  stop(): Promise<void>;
}

const pushBody = z.object({
  message: z.object({
    data: z.base64().default(''),
    messageId: z.string(),
    attributes: z.record(z.string(), z.string()).nullish(),
  }),
});

/** Statuses with which a push is acknowledged, as `backends/embedded/message.ts` has them. */
const ACKNOWLEDGED = new Set([200, 201, 203, 204]);

/** Spreads the pushes over the `targets` of the moment, one after the other, and keeps book in `deliveries`. */
export async function startBalancer(
  targets: () => readonly Target[],
  deliveries: Deliveries,
): Promise<Balancer> {
  const underWay = new Map<number, string[]>();
  let turn = 0;

  async function deliver(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const topic = request.url?.split('/')[1] ?? '';
    const ended = deliveries.begin(pushIn(topic, body));
    const live = targets();
    const target = live[turn % Math.max(1, live.length)];
    turn += 1;
    if (target === undefined) {
      response.writeHead(503).end();
      ended({ kind: 'broken' });
      return;
    }
    const working = underWay.get(target.pid) ?? [];
    underWay.set(target.pid, working);
    working.push(topic);
    const outcome = await pass(request, response, body, target.url);
    working.splice(working.indexOf(topic), 1);
    ended(outcome);
  }

  const server = createServer((request, response) => {
    deliver(request, response).catch((error) => response.writeHead(400).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the balancer has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    underWay: (pid) => underWay.get(pid) ?? [],
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Hands the request on, and the answer back. */
function pass(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  url: string,
): Promise<DeliveryOutcome> {
  return new Promise((resolve) => {
    const { method, headers } = request;
    const onward = send(`${url}${request.url}`, { method, headers, agent: false }, (answer) => {
      const status = answer.statusCode ?? 500;
      answer.resume();
      response.writeHead(status).end();
      resolve(outcomeOf(status));
    });
    onward.on('error', () => {
      if (response.writable && !response.headersSent) response.writeHead(503).end();
      resolve({ kind: response.destroyed ? 'given up' : 'broken' });
    });
    response.on('close', () => {
      if (!response.writableFinished) {
        resolve({ kind: 'given up' });
        onward.destroy();
      }
    });
    onward.end(body);
  });
}

/** 503 is the answer of an instance that is shutting down. */
function outcomeOf(status: number): DeliveryOutcome {
  if (ACKNOWLEDGED.has(status)) return { kind: 'acknowledged' };
  return status === 503 ? { kind: 'broken' } : { kind: 'refused', status };
}

function pushIn(topic: string, body: Buffer): Push {
  const { message } = pushBody.parse(JSON.parse(body.toString('utf8')));
  return {
    topic,
    messageId: message.messageId,
    text: Buffer.from(message.data, 'base64').toString('utf8'),
    attributes: message.attributes ?? {},
  };
}

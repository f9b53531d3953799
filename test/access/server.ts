import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** A request as a server of these tests sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  /** JSON, unless it is a text already. */
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** In place of an answer: the connection ends. */
export const HANG_UP = Symbol('hang up');

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server on loopback until the test has ended; resolves with its address. */
export async function startServer(
  answer: (asked: Asked) => Reply | typeof HANG_UP | Promise<Reply | typeof HANG_UP>,
): Promise<string> {
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString('utf8');
    const { method = 'GET', url = '/', headers } = request;
    const reply = await answer({ method, path: url, headers, body });
    if (reply === HANG_UP) {
      response.destroy();
      return;
    }
    const isText = typeof reply.body === 'string';
    response.writeHead(reply.status, {
      'content-type': isText ? 'text/html' : 'application/json',
      ...reply.headers,
    });
    response.end(isText ? reply.body : JSON.stringify(reply.body));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** What an API server answers in place of a result. */
export function status(code: number, reason: string, message: string): Reply {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message },
  };
}

/** A kubeconfig with this token, for a server over plain HTTP. */
export function kubeconfigWith(server: string, token: string, user: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token, ...user } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

/** A clock that only the test moves, and pauses, which take no time of the wall. */
export function settableClock(startsAt = Date.UTC(2026, 10, 21, 12)) {
  let now = startsAt;
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { ZodError } from 'zod';
import type { Bus } from '../../../../shared/bus/bus.ts';
import type { Documents } from '../../../../shared/store/documents.ts';
import { commitRequest, errorToWire, getRequest, listRequest, publishRequest } from './wire.ts';

export interface BackendServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Offers the store and the bus to other processes of this machine: HTTP on a loopback port (0: a free one). */
export async function serveBackends(documents: Documents, bus: Bus, port = 0): Promise<BackendServer> {
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  // A client that sends on a connection just being closed for idleness would see a failure that means nothing.
  server.keepAliveTimeout = 120_000;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    try {
      const asked: unknown = await json(request);
      return { status: 200, body: await serve(request.url, asked) };
    } catch (error) {
      const unreadable = error instanceof ZodError || error instanceof SyntaxError;
      return { status: unreadable ? 400 : 409, body: errorToWire(error) };
    }
  }

  async function serve(url: string | undefined, asked: unknown): Promise<object> {
    switch (url) {
      case '/documents/get':
        return { document: await documents.get(getRequest.parse(asked).path) };
      case '/documents/list': {
        const { collection, query } = listRequest.parse(asked);
        return { documents: await documents.list(collection, query) };
      }
      case '/documents/commit':
        return { versions: await documents.commit(commitRequest.parse(asked).writes) };
      case '/bus/publish': {
        const { topic, message } = publishRequest.parse(asked);
        await bus.publish(topic, message);
        return {};
      }
      default:
        throw new Error(`${url} is not a path of the embedded backends`);
    }
  }

  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('the embedded backends listen on no TCP port');
}

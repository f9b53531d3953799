import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PushRequest } from '../../backends/embedded/message.ts';

/** Where a bus pushes to on loopback. */
export interface PushReceiver {
  readonly url: string;
  stop(): Promise<void>;
}

/** `deliver` says whether a message is acknowledged; the topic is the request's path. */
export async function startPushReceiver(
  deliver: (topic: string, request: PushRequest) => Promise<boolean>,
): Promise<PushReceiver> {
  const server = createServer((request, response) => {
    const topic = request.url?.split(/[/?]/)[1] ?? '';
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value] as const] : [],
      ),
    );
    const answered = text(request).then((body) => deliver(topic, { headers, body }));
    answered.then(
      (acknowledged) => response.writeHead(acknowledged ? 204 : 500).end(),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

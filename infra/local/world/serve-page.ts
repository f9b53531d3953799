import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';

/**
 * Serves the page on loopback: what reads from the function `status`, what acts from `operate`, as a load balancer would lead to
 * them under one address. Resolves when it answers. A page of others whose name was made to lead here, to reach what stands open
 * to whoever is logged in on this machine, is turned away by the name.
 */
export async function servePage(port: number): Promise<void> {
  const [status, operate] = [getTestServer('status'), getTestServer('operate')];
  const own = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (!own.has(request.headers.host ?? '')) response.writeHead(421).end('not this address\n');
    else (request.method === 'POST' ? operate : status).emit('request', request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

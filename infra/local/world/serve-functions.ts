import '../../../functions/index.ts';
import { createServer, type Server } from 'node:http';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { TOPICS } from '../../../shared/bus/topics.ts';
import { drainOnSignals } from '../../../shared/runtime/drain.ts';
import { instance } from '../../../shared/runtime/instance.ts';
import { servePage } from './serve-page.ts';

/**
 * Serves every function under its own path on loopback, as so many Cloud Run services would, and tells the process that started
 * this one on which port; and on `pagePort`, if there is one, the page with all that it asks for. Call `connectWith` before the
 * first message comes.
 */
export function serveFunctions(port: number, pagePort?: number): void {
  const functions = new Map<string, Server>(TOPICS.map((topic) => [topic, getTestServer(topic)]));
  const server = createServer((request, response) => {
    const target = functions.get(request.url?.split(/[/?]/)[1] ?? '');
    if (target === undefined) response.writeHead(404).end('no such function\n');
    else target.emit('request', request, response);
  });
  drainOnSignals(instance().drain);
  // The world's end is ours: nobody would stop us otherwise.
  process.on('disconnect', () => process.exit(0));
  const pageServed = pagePort === undefined ? Promise.resolve() : servePage(pagePort);
  server.listen(port, '127.0.0.1', async () => {
    const address = server.address();
    await pageServed;
    process.send?.({ port: typeof address === 'object' ? address?.port : port });
  });
}

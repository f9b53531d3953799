import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { ConnectionLost } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import { readBody } from './body.ts';
import { streamWatch } from './watch-stream.ts';
import type { WireAnswer } from './wire.ts';
import { answerRequest, refusal, targetOf } from './wire.ts';

/** The cluster's API over HTTP, listening on 127.0.0.1; port 0 takes a free one. */
export async function listen(cluster: Cluster, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    handle(cluster, request, response).catch((error) => refuse(error, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function handle(cluster: Cluster, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const target = targetOf(cluster, method, url);
  if (target.kind === 'resource' && target.verb === 'watch') {
    streamWatch(cluster, target.route, target.query, request, response);
    return;
  }
  const body = await readBody(request);
  const { accept, 'content-type': contentType, 'user-agent': userAgent } = headers;
  reply(response, await answerRequest(cluster, { method, url, contentType, accept, userAgent, body }));
}

function reply(response: ServerResponse, { status, headers, body, warnings = [] }: WireAnswer): void {
  if (warnings.length > 0) response.setHeader('warning', warnings.map(warningHeader));
  response.writeHead(status, headers).end(body);
}

/** RFC 7234, by nobody in particular. */
function warningHeader(sentence: string): string {
  return `299 - "${sentence.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function refuse(error: unknown, response: ServerResponse): void {
  if (error instanceof ConnectionLost || response.headersSent) response.destroy();
  else reply(response, refusal(error));
}

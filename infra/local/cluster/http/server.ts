import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { ConnectionLost } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import type { Json } from '../object/json.ts';
import { ApiError, methodNotAllowed, noSuchPath } from '../rules/errors.ts';
import { mediaType, readBody } from './body.ts';
import { discovery } from './discovery.ts';
import { openApi } from './openapi.ts';
import { answer, auditOf } from './resource-requests.ts';
import { readRoute, verbOf } from './route.ts';
import { wantsTable } from './table.ts';
import { streamWatch } from './watch-stream.ts';

/** What the server says it is; newer than kubectl's oldest supported skew. */
const SERVER_VERSION = '1.34.2';
const HEALTH = ['/healthz', '/readyz', '/livez'];

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
  if (cluster.gate.away) throw new ConnectionLost();
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  if (url === null) throw noSuchPath();
  if (HEALTH.includes(url.pathname)) {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    return;
  }
  const route = readRoute(url.pathname);
  if (route === undefined) {
    const found = discovery(url.pathname, SERVER_VERSION) ?? openApi(url.pathname);
    if (found === undefined) throw noSuchPath();
    reply(response, 200, found);
    return;
  }
  const watching = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  const verb = verbOf(request.method ?? 'GET', route, watching);
  if (verb === undefined) throw methodNotAllowed();
  if (verb === 'watch') {
    streamWatch(cluster, route, url.searchParams, request, response);
    return;
  }
  const body = await readBody(request);
  const call = {
    route,
    verb,
    query: url.searchParams,
    body,
    mediaType: mediaType(request),
    table: wantsTable(request),
  };
  const { code, body: content } = cluster.gate.pass(auditOf(call), () => answer(cluster, call));
  reply(response, code, content);
}

function reply(response: ServerResponse, code: number, body: Json): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(error: unknown, response: ServerResponse): void {
  if (error instanceof ConnectionLost || response.headersSent) {
    response.destroy();
    return;
  }
  const refusal =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.stack : error}`,
        );
  const retryAfter = refusal.status.details?.retryAfterSeconds;
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  reply(response, refusal.code, { ...refusal.status });
}

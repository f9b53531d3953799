import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WatchEvent } from '../api/requests.ts';
import type { Cluster } from '../cluster.ts';
import { draw } from '../delays.ts';
import type { JsonObject } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { formOf } from './form.ts';
import { auditOf, selectionOf } from './resource-requests.ts';
import type { Route } from './route.ts';
import { tableOf } from './table.ts';

/**
 * Streams the changes of the selected objects, one JSON document to a line, until the client leaves, the asked time is
 * over or the server drops the connection.
 *
 * @throws ApiError for selectors that cannot be read, before anything is sent.
 */
export function streamWatch(
  cluster: Cluster,
  route: Route,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const table = formOf(request.headers.accept) === 'table';
  const early: WatchEvent[] = [];
  let send = (event: WatchEvent) => void early.push(event);
  const watch = cluster.gate.pass(auditOf({ route, verb: 'watch' }), () =>
    cluster.api.watch(route.resource, watchOptions(route, query), (event) => send(event)),
  );
  const ending = new AbortController();
  const forget = cluster.gate.openWatch(() => {
    finish();
    response.destroy();
  });
  // At once, not when the connection is closed: nothing may be written to a response that has ended.
  const finish = () => {
    ending.abort();
    watch.stop();
    forget();
  };
  response.once('close', finish);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  send = (event) => {
    const object = table ? asTable(cluster, route, query, event) : event.object;
    response.write(`${JSON.stringify({ type: event.type, object })}\n`);
    if (event.type !== 'ERROR') return;
    finish();
    response.end();
  };
  early.forEach(send);
  if (ending.signal.aborted) return;
  keepBookmarking(cluster, watch.bookmark, ending.signal);
  endAfter(cluster, Number(query.get('timeoutSeconds') ?? 0), ending.signal, () => {
    watch.bookmark();
    finish();
    response.end();
  });
}

function watchOptions(route: Route, query: URLSearchParams) {
  return {
    ...selectionOf(route, query),
    resourceVersion: query.get('resourceVersion') ?? '',
    allowWatchBookmarks: query.get('allowWatchBookmarks') === 'true',
    sendInitialEvents: query.get('sendInitialEvents') === 'true',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
}

function asTable(cluster: Cluster, route: Route, query: URLSearchParams, event: WatchEvent): JsonObject {
  if (event.type === 'ERROR' || event.type === 'BOOKMARK') return event.object;
  const include = query.get('includeObject') ?? 'Metadata';
  // Events other than bookmarks and errors carry the stored object.
  return tableOf(route.resource, [event.object as KubernetesObject], {}, include, cluster.clock.now());
}

async function repeat(cluster: Cluster, action: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await cluster.clock.sleep(draw(cluster.delays.bookmark, cluster.random), signal);
    action();
  }
}

function keepBookmarking(cluster: Cluster, bookmark: () => void, signal: AbortSignal): void {
  repeat(cluster, bookmark, signal).catch((error) => rethrowUnless(signal, error));
}

function endAfter(cluster: Cluster, seconds: number, signal: AbortSignal, end: () => void): void {
  if (seconds <= 0) return;
  cluster.clock.sleep(seconds * 1_000, signal).then(end, (error) => rethrowUnless(signal, error));
}

/** A sleep that was cut short because the watch ended is no error. */
function rethrowUnless(signal: AbortSignal, error: unknown): void {
  if (!signal.aborted) throw error;
}

import type { ApiRequest, Verb } from '../access/gate.ts';
import { ConnectionLost } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import type { Json } from '../object/json.ts';
import { ApiError, forbidden, methodNotAllowed, noSuchPath } from '../rules/errors.ts';
import { ACCESS_REVIEWS, answerAccessReview } from './access-review.ts';
import { mediaType } from './body.ts';
import type { Answer, ResourceCall } from './call.ts';
import { discovery } from './discovery.ts';
import { formOf } from './form.ts';
import { openApi } from './openapi.ts';
import { answerFromPod } from './pod-proxy.ts';
import { answer, auditOf } from './resource-requests.ts';
import type { Route } from './route.ts';
import { readRoute, verbOf } from './route.ts';

/** An HTTP request with its body read, whether it came over a socket or not. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
  readonly userAgent?: string | undefined;
  /** Empty when there is none. */
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sentences for the client's user, each of which becomes a `Warning` header. */
  readonly warnings?: readonly string[];
}

/** What a request is for: a document that the server has ready, the question what one may do, or a verb on a resource. */
export type Target =
  | { readonly kind: 'access review' }
  | { readonly kind: 'document'; readonly document: WireAnswer }
  | {
      readonly kind: 'resource';
      readonly route: Route;
      readonly verb: Verb;
      readonly query: URLSearchParams;
    };

/** What the server says it is; newer than kubectl's oldest supported skew. */
const SERVER_VERSION = '1.34.2';
const HEALTH = ['/healthz', '/readyz', '/livez'];

/** @throws ConnectionLost while the server is away, ApiError 404 and 405. */
export function targetOf(cluster: Cluster, method: string, requested: string): Target {
  if (cluster.gate.away) throw new ConnectionLost();
  const url = URL.parse(requested, 'http://127.0.0.1');
  if (url === null) throw noSuchPath();
  if (HEALTH.includes(url.pathname)) {
    const headers = { 'content-type': 'text/plain' };
    return { kind: 'document', document: { status: 200, headers, body: 'ok' } };
  }
  if (url.pathname === ACCESS_REVIEWS) {
    if (method !== 'POST') throw methodNotAllowed();
    return { kind: 'access review' };
  }
  const route = readRoute(url.pathname);
  if (route === undefined) {
    const found = discovery(url.pathname, SERVER_VERSION) ?? openApi(url.pathname);
    if (found === undefined) throw noSuchPath();
    return { kind: 'document', document: inJson(200, found) };
  }
  const watching = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  const verb = verbOf(method, route, watching);
  if (verb === undefined) throw methodNotAllowed();
  return { kind: 'resource', route, verb, query: url.searchParams };
}

/**
 * Answers everything but watches; a refusal is an answer too.
 *
 * @throws ConnectionLost when there is no answer.
 */
export async function answerRequest(cluster: Cluster, request: WireRequest): Promise<WireAnswer> {
  try {
    const target = targetOf(cluster, request.method, request.url);
    if (target.kind === 'document') return target.document;
    if (target.kind === 'access review') return inJson(201, answerAccessReview(cluster.gate, request));
    const { route, verb, query } = target;
    if (verb === 'watch') throw methodNotAllowed();
    if (route.proxied !== undefined) {
      const asked = auditOf(target);
      if (cluster.gate.forbids(asked)) throw forbiddenAccess(route, asked);
      const path = query.size === 0 ? route.proxied : `${route.proxied}?${query}`;
      const { method, body } = request;
      return await answerFromPod(cluster, { route, verb }, { method, path, body });
    }
    const call = {
      route,
      verb,
      query,
      body: request.body,
      mediaType: mediaType(request.contentType),
      form: formOf(request.accept),
      userAgent: request.userAgent ?? '',
    };
    const { code, body, warnings = [] } = answerCall(cluster, call);
    return warnings.length === 0 ? inJson(code, body) : { ...inJson(code, body), warnings };
  } catch (error) {
    return refusal(error);
  }
}

/**
 * Answers a request for a resource, unless it is forbidden or a fault is due.
 *
 * @throws ApiError, ConnectionLost
 */
export function answerCall(cluster: Cluster, call: ResourceCall): Answer {
  const asked = auditOf(call);
  if (cluster.gate.forbids(asked)) throw forbiddenAccess(call.route, asked);
  return cluster.gate.pass(asked, () => answer(cluster, call));
}

/** In kube-apiserver's words, of an account of its own. */
function forbiddenAccess({ resource, subresource, name }: Route, { verb, namespace }: ApiRequest): ApiError {
  const { group, plural } = resource;
  const what = subresource === '' ? plural : `${plural}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const why = `User "tester" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
  return forbidden(resource, name, why);
}

/** The server's Status for an error. @throws ConnectionLost when it is that. */
export function refusal(error: unknown): WireAnswer {
  if (error instanceof ConnectionLost) throw error;
  const refused = error instanceof ApiError ? error : internalError(error);
  const retryAfter = refused.status.details?.retryAfterSeconds;
  const { status, headers, body } = inJson(refused.code, { ...refused.status });
  if (retryAfter === undefined) return { status, headers, body };
  return { status, headers: { ...headers, 'retry-after': String(retryAfter) }, body };
}

function internalError(error: unknown): ApiError {
  const what = error instanceof Error ? error.stack : error;
  return new ApiError(500, 'InternalError', `Internal error occurred: ${what}`);
}

function inJson(status: number, body: Json): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

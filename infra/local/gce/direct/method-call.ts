import type { MethodCall, WireRequest } from '../http/wire.ts';
import { METHODS } from '../methods/index.ts';

/** A method of the API as its clients know it: from a request object to what goes over the wire. */
export interface Callable {
  readonly id: string;
  readonly verb: string;
  readonly segments: readonly string[];
}

/** @throws Error when the simulator has no method of this id. */
export function callable(id: string): Callable {
  const method = METHODS.find((one) => one.id === id);
  if (method === undefined) throw new Error(`there is no method ${id}`);
  return { id, verb: method.verb, segments: method.path.split('/') };
}

/**
 * The request as it arrives at the simulator. Google's clients put what the method's path names into it, the one field
 * `…Resource` into the body and the rest into the query; what is unset goes nowhere. Its text is written for who reads it.
 */
export function requestOf({ id, verb, segments }: Callable, request: object): WireRequest {
  const params: Record<string, string> = {};
  const query: Record<string, string> = {};
  let body: unknown;
  for (const [field, value] of Object.entries(request)) {
    if (value === undefined || value === null) continue;
    if (segments.includes(`{${field}}`)) params[field] = String(value);
    else if (field.endsWith('Resource')) body = sent(value);
    else query[field] = String(value);
  }
  const call: MethodCall = { method: id, params, query, body };
  let url: string | undefined;
  let text: string | undefined;
  return {
    method: verb,
    get url() {
      url ??= `/compute/v1/${pathOf(segments, params)}?${new URLSearchParams(query)}`;
      return url;
    },
    headers: {},
    get body() {
      text ??= body === undefined ? '' : JSON.stringify(body);
      return text;
    },
    // An empty segment leads elsewhere, as on the wire.
    ...(!Object.values(params).includes('') && { call }),
  };
}

function pathOf(segments: readonly string[], params: Readonly<Record<string, string>>): string {
  return segments
    .map((segment) =>
      segment.startsWith('{') ? encodeURIComponent(params[segment.slice(1, -1)] ?? '') : segment,
    )
    .join('/');
}

/** A body as Google's clients send it: without what is unset and without empty lists (gcp-compute-semantics.md §6.6). */
function sent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sent);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [field, content] of Object.entries(value)) {
    if (content === undefined || content === null) continue;
    if (Array.isArray(content) && content.length === 0) continue;
    copy[field] = sent(content);
  }
  return copy;
}

/** The request as it stands, but for its URL; of the full URL, path and query count. */
export function readdressed(
  { method, url, headers, body }: WireRequest,
  changed: (url: URL) => URL,
): WireRequest {
  const { pathname, search } = changed(new URL(url, 'https://compute.googleapis.com'));
  return { method, url: `${pathname}${search}`, headers, body };
}

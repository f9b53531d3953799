import type { TransportAnswer, TransportRequest } from '../../../../shared/kubernetes/client/index.ts';
import type { Verb } from '../access/gate.ts';
import { ACCESS_REVIEWS } from '../http/access-review.ts';
import type { Route } from '../http/route.ts';
import type { Json } from '../object/json.ts';

/** A request of the Kubernetes client before it is put into a URL and text. */
export interface DirectCall {
  /** `access review`: the question what oneself may do, which no resource stands for. */
  readonly target:
    | 'access review'
    | { readonly route: Route; readonly verb: Exclude<Verb, 'watch' | 'deletecollection'> };
  readonly query: URLSearchParams;
  /** Undefined for requests without a body. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

const METHODS = { get: 'GET', list: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' };

const calls = new WeakMap<TransportRequest, DirectCall>();
const values = new WeakMap<TransportAnswer, Json>();

/**
 * The call as a request for a transport. Everything between the client and the server (faults, witnesses) may treat it as
 * any other; its URL, headers and text are made when somebody looks at them. The server knows it by its identity: a copy
 * with another URL, say, is answered as it reads.
 */
export function directRequest(
  call: DirectCall,
  server: string,
  signal: AbortSignal | undefined,
): TransportRequest {
  let text: { readonly body: string | undefined } | undefined;
  let address: URL | undefined;
  const request: TransportRequest = {
    method: call.target === 'access review' ? 'POST' : METHODS[call.target.verb],
    signal,
    get url() {
      // Nobody changes it: who wants another one makes a copy of the request.
      address ??= new URL(`${server}${pathOf(call)}`);
      return address;
    },
    get headers() {
      return new Headers(call.headers);
    },
    get body() {
      text ??= { body: call.body === undefined ? undefined : JSON.stringify(call.body) };
      return text.body;
    },
  };
  calls.set(request, call);
  return request;
}

/** The call that a request is made of; undefined for one that came as URL and text. */
export function callOf(request: TransportRequest): DirectCall | undefined {
  return calls.get(request);
}

/** An answer whose text is only made when somebody reads it. */
export function directAnswer(status: number, value: Json): TransportAnswer {
  let text: string | undefined;
  const answer: TransportAnswer = {
    status,
    headers: { 'content-type': 'application/json' },
    get body() {
      text ??= JSON.stringify(value);
      return text;
    },
  };
  values.set(answer, value);
  return answer;
}

/** What the answer says in JSON. */
export function contentOf(answer: TransportAnswer): Json {
  const value = values.get(answer);
  return value === undefined ? JSON.parse(answer.body) : value;
}

function pathOf({ target, query }: DirectCall): string {
  const path = target === 'access review' ? ACCESS_REVIEWS : resourcePath(target.route);
  return query.size === 0 ? path : `${path}?${query}`;
}

function resourcePath({ resource, namespace, name, subresource }: Route): string {
  const { group, version, plural } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const within = namespace === '' ? [] : ['namespaces', namespace];
  const parts = [...within, plural, name, subresource].filter((part) => part !== '');
  return [root, ...parts.map(encodeURIComponent)].join('/');
}

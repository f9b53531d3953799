import type { Answer, Compute } from '../compute.ts';
import { ComputeError, errorEnvelope } from '../core/errors.ts';
import type { Call, Method } from '../core/method.ts';
import { partialBody } from '../lists/partial-response.ts';
import type { MethodTable } from './method-table.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, e.g. `/compute/v1/projects/p/global/routes?alt=json`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The same in the method's own parts, which are then taken in place of the text. */
  readonly call?: MethodCall;
}

/** A call of a method, not written down as a request. */
export interface MethodCall {
  /** `routes.delete` */
  readonly method: string;
  /** Values of the `{…}` segments of the method's path, all of them and none empty. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** As JSON would give it; nobody else may hold a part of it. */
  readonly body: unknown;
}

export interface WireAnswer {
  readonly status: number;
  /** Absent for an answer without a body (304). */
  readonly body?: unknown;
}

/** From this version on, lists answer with partial results unasked (gcp-compute-semantics.md §5). */
const PARTIAL_RESULTS_SINCE = '2026-09-01';

/**
 * Answers one request as the API's front end does.
 * @throws ConnectionDropped when a planned fault breaks the connection.
 */
export async function answerRequest(
  compute: Compute,
  methods: MethodTable,
  request: WireRequest,
): Promise<WireAnswer> {
  try {
    const { method, call } =
      request.call === undefined ? read(methods, request) : given(methods, request.call);
    return shaped(await compute.call(method, call, 'clients'), call.query.get('fields'));
  } catch (error) {
    if (error instanceof ComputeError) return { status: error.code, body: errorEnvelope(error) };
    throw error;
  }
}

interface Asked {
  readonly method: Method;
  readonly call: Call;
}

function given(methods: MethodTable, { method, params, query, body }: MethodCall): Asked {
  const call: Call = {
    params,
    query: { get: (name) => query[name] ?? null },
    body,
    acceptsPartialResults: query.returnPartialSuccess === 'true',
  };
  return { method: methods.named(method), call };
}

function read(methods: MethodTable, request: WireRequest): Asked {
  const { pathname, searchParams: query } = new URL(request.url, 'http://compute.invalid');
  const { method, params } = methods.find(request.method, pathname);
  const version = query.get('$apiVersion') ?? request.headers['x-goog-api-version'] ?? '';
  const call: Call = {
    params,
    query,
    body: parsedBody(method, request.body),
    acceptsPartialResults: query.get('returnPartialSuccess') === 'true' || version >= PARTIAL_RESULTS_SINCE,
  };
  return { method, call };
}

/** `""` stands for no body: one of the clients sends it (gcp-compute-semantics.md §6.4). */
function parsedBody(method: Method, text: string): unknown {
  if (method.verb === 'GET' || text.trim() === '') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ComputeError(400, 'parseError', `Parse Error: the request body is not JSON (${detail})`);
  }
  if (parsed === '' || parsed === null) return undefined;
  if (typeof parsed === 'object' && !Array.isArray(parsed)) return parsed;
  throw new ComputeError(400, 'parseError', 'Parse Error: expected the request body to be a JSON object');
}

function shaped(answer: Answer, fields: string | null): WireAnswer {
  if (answer.body === undefined) return { status: answer.status };
  const whole = fields === null || fields === '' || fields === '*';
  return { status: answer.status, body: whole ? answer.body : partialBody(answer.body, fields) };
}

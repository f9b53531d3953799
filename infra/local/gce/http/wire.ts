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
    const url = new URL(request.url, 'http://compute.invalid');
    const { method, params } = methods.find(request.method, url.pathname);
    const call = callOf(method, params, url.searchParams, request);
    return shaped(await compute.call(method, call, 'clients'), url.searchParams.get('fields'));
  } catch (error) {
    if (error instanceof ComputeError) return { status: error.code, body: errorEnvelope(error) };
    throw error;
  }
}

function callOf(method: Method, params: Call['params'], query: URLSearchParams, request: WireRequest): Call {
  const version = query.get('$apiVersion') ?? request.headers['x-goog-api-version'] ?? '';
  return {
    params,
    query,
    body: parsedBody(method, request.body),
    acceptsPartialResults: query.get('returnPartialSuccess') === 'true' || version >= PARTIAL_RESULTS_SINCE,
  };
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

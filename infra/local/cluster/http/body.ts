import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { DeleteOptions } from '../api/requests.ts';
import type { Json } from '../object/json.ts';
import { at, objectAt, stringAt } from '../object/json.ts';
import { ApiError, badRequest, unsupportedMediaType } from '../rules/errors.ts';

/** The real server's limit for a request. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The media type in a Content-Type header, without its parameters. */
export function mediaType(contentType = 'application/json'): string {
  return contentType.split(';')[0]?.trim() ?? '';
}

/** The body as it came; read before anything else, so that a request is then handled without a pause. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const length = Number(request.headers['content-length'] ?? 0);
  const body = length > MAX_BODY_BYTES ? undefined : await buffer(request);
  if (body === undefined || body.length > MAX_BODY_BYTES) {
    throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${MAX_BODY_BYTES}`);
  }
  return body.toString();
}

/**
 * The body as JSON, which YAML contains.
 *
 * @throws ApiError 400 for text that is neither, 415 for protobuf and the like.
 */
export function decode(text: string, type: string, accepted: readonly string[]): Json {
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  try {
    return type.endsWith('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`error decoding the request: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Options of a deletion, from the body and (as the real server allows) the query. */
export function deleteOptions(body: Json | undefined, query: URLSearchParams): DeleteOptions {
  const grace = graceSeconds(at(body, 'gracePeriodSeconds') ?? query.get('gracePeriodSeconds'));
  const policy = stringAt(body, 'propagationPolicy') ?? query.get('propagationPolicy');
  const uid = stringAt(body, 'preconditions', 'uid');
  const resourceVersion = stringAt(body, 'preconditions', 'resourceVersion');
  const dryRun = at(body, 'dryRun');
  return {
    dryRun: query.get('dryRun') === 'All' || (Array.isArray(dryRun) && dryRun.includes('All')),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    preconditions: {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  };
}

function graceSeconds(value: Json): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw badRequest(`gracePeriodSeconds: expected a whole number of seconds, got ${JSON.stringify(value)}`);
}

/** The DeleteOptions inside an Eviction. */
export function evictionOptions(body: Json, query: URLSearchParams): DeleteOptions {
  return deleteOptions(objectAt(body, 'deleteOptions'), query);
}

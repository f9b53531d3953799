import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { DeleteOptions } from '../api/requests.ts';
import type { Json } from '../object/json.ts';
import { at, isArray, objectAt, stringAt } from '../object/json.ts';
import { ApiError, badRequest, invalidOptions, unsupportedMediaType } from '../rules/errors.ts';
import { decodeProtobuf, PROTOBUF } from './protobuf/decode.ts';
import { dryRunViolations } from './write-options.ts';

/** The real server's limit for a request. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** The media type in a Content-Type header, without its parameters. */
export function mediaType(contentType = 'application/json'): string {
  return contentType.split(';')[0]?.trim() ?? '';
}

/**
 * The body as it came, bytes that are no text as one letter each; read before anything else, so that a request is then
 * handled without a pause.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const length = Number(request.headers['content-length'] ?? 0);
  const body = length > MAX_BODY_BYTES ? undefined : await buffer(request);
  if (body === undefined || body.length > MAX_BODY_BYTES) {
    throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${MAX_BODY_BYTES}`);
  }
  return body.toString(mediaType(request.headers['content-type']) === PROTOBUF ? 'latin1' : 'utf8');
}

/**
 * The body as JSON, which YAML contains and protobuf can be read as.
 *
 * @throws ApiError 400 for text that is none of these, 415 for a media type that is not accepted.
 */
export function decode(text: string, type: string, accepted: readonly string[]): Json {
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  try {
    if (type === PROTOBUF) return decodeProtobuf(Buffer.from(text, 'latin1'));
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
  const written = at(body, 'dryRun');
  const dryRun = [...query.getAll('dryRun'), ...(isArray(written) ? written.map(String) : [])];
  const errors = dryRunViolations(dryRun);
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
  return {
    dryRun: dryRun.length > 0,
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
  if (Number.isInteger(seconds)) return seconds;
  throw badRequest(`gracePeriodSeconds: expected a whole number of seconds, got ${JSON.stringify(value)}`);
}

/** The DeleteOptions inside an Eviction. */
export function evictionOptions(body: Json, query: URLSearchParams): DeleteOptions {
  return deleteOptions(objectAt(body, 'deleteOptions'), query);
}

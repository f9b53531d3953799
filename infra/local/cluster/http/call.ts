import type { Verb } from '../access/gate.ts';
import type { Json } from '../object/json.ts';
import { decode } from './body.ts';
import type { Form } from './form.ts';
import { PROTOBUF } from './protobuf/decode.ts';
import type { Route } from './route.ts';
import { writeOptions } from './write-options.ts';

/** One request for a resource, with its body read. */
export interface ResourceCall {
  readonly route: Route;
  readonly verb: Exclude<Verb, 'watch'>;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly mediaType: string;
  readonly form: Form;
  readonly userAgent: string;
}

export interface Answer {
  readonly code: number;
  readonly body: Json;
  /** For the client's user. */
  readonly warnings?: readonly string[];
}

const OBJECT_TYPES = ['application/json', 'application/yaml'];

/** The Status of a request that has nothing to show. */
export const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };

/** The object in the body, in one of the encodings that the resource takes. */
export function objectIn({ body, mediaType, route }: ResourceCall): Json {
  return decode(body, mediaType, route.resource.custom ? OBJECT_TYPES : [...OBJECT_TYPES, PROTOBUF]);
}

/** What the query of a write asks for; see {@link writeOptions}. */
export function optionsOf(call: ResourceCall, verb: 'create' | 'update' | 'patch', warnings: string[]) {
  const options = writeOptions({ ...call, verb }, warnings);
  return call.route.subresource === 'status' ? { ...options, subresource: 'status' as const } : options;
}

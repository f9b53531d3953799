import { z } from 'zod';
import type { Answer, EventStream, SentEvent } from '../../shared/edge/http/answer.ts';
import type { HttpRequest } from '../../shared/edge/http/request.ts';
import { answered } from '../../shared/edge/http/serve.ts';
import { OPERATE_ROUTES } from '../../shared/edge/operate/routes.ts';
import type { Looks } from '../../shared/edge/status/looks.ts';
import { describeApi } from '../../shared/edge/status/openapi.ts';
import { STATUS_ROUTES } from '../../shared/edge/status/routes.ts';
import { answerWith } from '../../shared/edge/status/serve.ts';

export interface Told {
  readonly status: number;
  readonly type: string;
  readonly etag: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

export function get(url: string, headers: Record<string, string> = {}, method = 'GET'): HttpRequest {
  return { method, url, headers, body: Buffer.alloc(0) };
}

/** Asks the function `status` and checks the answer against the API's own description of it. */
export async function ask(looks: Looks, url: string, headers?: Record<string, string>): Promise<Told> {
  const request = get(url, headers);
  const result = await answered('status', request, () => answerWith(looks, request));
  if (result.kind === 'events') throw new Error(`${url} is answered with events`);
  return checked('get', url, result);
}

/** Opens a stream of events. @throws Error with the problem where there is none */
export async function open(
  looks: Looks,
  url: string,
  headers?: Record<string, string>,
): Promise<EventStream> {
  const request = get(url, headers);
  const result = await answered('status', request, () => answerWith(looks, request));
  if (result.kind === 'events') return result;
  throw new Error(result.body.toString('utf8'));
}

export function checked(method: 'get' | 'post', url: string, answer: Answer): Told {
  const { status, type, etag, headers = {}, body } = answer;
  const json: unknown = type.includes('json') ? JSON.parse(body.toString('utf8')) : undefined;
  const schema = type.startsWith('application/problem+json')
    ? PROBLEM
    : schemaOfAnswer(method, url.split('?')[0] ?? '', status);
  if (schema !== undefined) {
    const read = z.fromJSONSchema(schema).safeParse(json);
    if (!read.success) throw new Error(`${url}: not as described: ${z.prettifyError(read.error)}`);
  }
  return { status, type, etag, headers, json };
}

/** The data of an event, checked against its description. */
export function checkEvent({ event, data }: SentEvent): void {
  const described = pointer(API, ['paths', '/api/events', 'get', 'responses', '200', 'content']);
  const schema = pointer(described, ['text/event-stream', 'x-events', event]);
  const read = z.fromJSONSchema(jsonSchema.parse(schema)).safeParse(JSON.parse(JSON.stringify(data)));
  if (!read.success) throw new Error(`event ${event}: not as described: ${z.prettifyError(read.error)}`);
}

/** As the page gets it: through JSON. */
export const API: unknown = JSON.parse(
  JSON.stringify(describeApi({ status: STATUS_ROUTES, operate: OPERATE_ROUTES })),
);

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
const jsonSchema = z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null);
const PROBLEM = jsonSchema.parse(pointer(API, ['components', 'schemas', 'Problem']));

function schemaOfAnswer(method: string, path: string, status: number): JsonSchema | undefined {
  const paths = z.record(z.string(), z.unknown()).parse(pointer(API, ['paths']));
  const template = Object.keys(paths).find((each) =>
    new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  if (template === undefined) return undefined;
  const content = pointer(paths, [template, method, 'responses', String(status), 'content']);
  return jsonSchema.parse(pointer(content, ['application/json', 'schema']));
}

export function pointer(value: unknown, path: readonly string[]): unknown {
  let present = value;
  for (const name of path) {
    if (typeof present !== 'object' || present === null || !(name in present)) {
      throw new Error(`the API's description has no ${path.join(' / ')}`);
    }
    present = Reflect.get(present, name);
  }
  return present;
}

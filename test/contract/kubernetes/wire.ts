import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as plainRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import { request as tlsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';

/** Of a Status that says no: a cause for each field. */
export const refusalDetails = z
  .object({
    causes: z.array(
      z.object({
        reason: z.string().optional(),
        message: z.string().optional(),
        field: z.string().optional(),
      }),
    ),
  })
  .partial()
  .loose();

/** What the suite reads of any object, list or Status; everything else is there too, unchecked. */
const body = z
  .object({
    kind: z.string(),
    metadata: z
      .object({
        name: z.string(),
        uid: z.string(),
        resourceVersion: z.string(),
        generation: z.number(),
        continue: z.string(),
        remainingItemCount: z.number(),
        annotations: z.record(z.string(), z.string()),
        managedFields: z.array(
          z
            .object({
              manager: z.string(),
              operation: z.string(),
              subresource: z.string().optional(),
              fieldsV1: z.record(z.string(), z.unknown()),
            })
            .loose(),
        ),
      })
      .partial()
      .loose(),
    items: z.array(z.object({ metadata: z.object({ name: z.string() }).loose() }).loose()),
    spec: z.record(z.string(), z.unknown()),
    status: z.unknown(),
    data: z.record(z.string(), z.string()),
    message: z.string(),
    details: refusalDetails,
  })
  .partial()
  .loose();
export type Body = z.infer<typeof body>;

/** The causes of a refusal, one for each field; none when there are none. */
export const causesOf = ({ body: { details } }: Answer) => details?.causes ?? [];

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty when the answer is no JSON object. */
  readonly body: Body;
  readonly bytes: Buffer;
  /** The texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a string or bytes as they are. */
  readonly body?: object | string | Uint8Array;
  readonly contentType?: string;
  readonly accept?: string;
  readonly userAgent?: string;
}

/** Requests as they are, for what a client library hides: content types, warnings, streams. */
export class Wire {
  readonly #config: KubeConfig;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  /** Sends one request; a refusal is an answer. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { request, response } = await this.open(method, path, options);
    const answer = await response;
    const bytes = await buffer(answer);
    request.destroy();
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      bytes,
      body: parsed(answer.headers, bytes),
      warnings: warningsOf(answer),
    };
  }

  /** Sends a request and hands back the answer unread, for streams. */
  async open(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<{ readonly request: ClientRequest; readonly response: Promise<IncomingMessage> }> {
    const url = new URL(path, this.#config.getCurrentCluster()?.server);
    for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
    const sent = options.body === undefined || typeof options.body === 'string' ? options.body : undefined;
    const text = sent ?? (options.body instanceof Uint8Array ? options.body : JSON.stringify(options.body));
    const settings: RequestOptions = {
      method,
      headers: {
        accept: options.accept ?? 'application/json',
        'user-agent': options.userAgent ?? 'contract/1.0',
        // The length is said, because Node sends the body of a DELETE without one otherwise.
        ...(text === undefined
          ? {}
          : {
              'content-type': options.contentType ?? 'application/json',
              'content-length': String(Buffer.byteLength(text)),
            }),
      },
    };
    await this.#config.applyToHTTPSOptions(settings);
    const request = url.protocol === 'https:' ? tlsRequest(url, settings) : plainRequest(url, settings);
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    request.end(text);
    return { request, response };
  }
}

function parsed(headers: IncomingHttpHeaders, bytes: Buffer): Body {
  if (!(headers['content-type'] ?? '').includes('json')) return {};
  const read = body.safeParse(JSON.parse(bytes.toString()));
  if (!read.success) throw new Error(`an answer of another shape: ${z.prettifyError(read.error)}\n${bytes}`);
  return read.data;
}

function warningsOf({ rawHeaders }: IncomingMessage): string[] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.flatMap((name, index) => {
    if (name.toLowerCase() !== 'warning') return [];
    const text = /^299 - "(.*)"$/.exec(rawHeaders[index * 2 + 1] ?? '')?.[1];
    return [(text ?? rawHeaders[index * 2 + 1] ?? '').replaceAll('\\"', '"').replaceAll('\\\\', '\\')];
  });
}

import type { z } from 'zod';
import { problemSchema } from '../../../shared/edge/http/problem.ts';
import { REQUESTED_BY, REQUESTED_BY_VALUE } from '../../../shared/edge/operate/same-origin.ts';
import { withoutSecrets } from '../../../shared/secrets.ts';
import { CommandError, type Ending } from '../../exit-codes.ts';
import { jsonOrNothing } from '../../json.ts';

export interface ApiRequests {
  /** Undefined for 404. */
  get<Schema extends z.ZodType>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined>;
  post<Schema extends z.ZodType>(path: string, body: object, schema: Schema): Promise<z.output<Schema>>;
}

/** Undefined: without one. @throws CommandError */
export type IdToken = (audience: string) => Promise<string | undefined>;

export interface ApiOptions {
  readonly status: string;
  readonly operate: string;
  readonly idToken: IdToken;
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
}

/** A look at cloud and cluster takes up to a minute. */
const PATIENCE_MS = 75_000;
/** Of a fleet of 10,000 shoots, or a shoot of 10,000 nodes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Requests to the functions `status` (GET) and `operate` (POST), answers through their schemas. */
export function apiRequests(options: ApiOptions): ApiRequests {
  const send = options.fetch ?? fetch;

  async function answer(
    method: 'GET' | 'POST',
    url: URL,
    body?: object,
  ): Promise<{ status: number; json: unknown }> {
    const what = `${method} ${url.origin}${url.pathname}`;
    const token = await options.idToken(url.origin);
    const response = await answered(what, async () =>
      send(url, {
        method,
        headers: headersFor(method, token),
        // A login page, say: nobody else gets the token, and no page is taken for an answer.
        redirect: 'manual',
        signal: AbortSignal.any([options.signal, AbortSignal.timeout(PATIENCE_MS)]),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    if (response.status >= 300 && response.status < 400) {
      throw new CommandError(
        'refused',
        `${what} leads elsewhere (${response.status}), as a page for logging in does. Give the address of the function itself in the context.`,
      );
    }
    const text = await answered(what, () => boundedText(what, response));
    if (response.ok) return { status: response.status, json: jsonOf(what, text) };
    throw problemOf(what, response.status, text);
  }

  return {
    async get(path, query, schema) {
      const url = new URL(path, options.status);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      try {
        return understood(`GET ${url.pathname}`, schema, (await answer('GET', url)).json);
      } catch (error) {
        if (error instanceof CommandError && error.ending === 'notFound') return undefined;
        throw error;
      }
    },
    async post(path, body, schema) {
      const url = new URL(path, options.operate);
      return understood(`POST ${url.pathname}`, schema, (await answer('POST', url, body)).json);
    },
  };

  async function answered<Result>(what: string, ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof CommandError) throw error;
      const late = error instanceof Error && error.name === 'TimeoutError';
      const why = late ? `nothing came back within ${PATIENCE_MS / 1_000} s` : withoutSecrets(causeOf(error));
      throw new CommandError(
        'unreachable',
        `${what}: no answer: ${why}. Is it running, and is the context the right one?`,
      );
    }
  }
}

/**
 * Cloud Run takes the signature away from a token in `Authorization` unless the same token is in `X-Serverless-Authorization`;
 * `operate` checks it itself (docs/api.md).
 */
function headersFor(method: string, token: string | undefined): Record<string, string> {
  const bearer = token === undefined ? undefined : `Bearer ${token}`;
  return {
    Accept: 'application/json',
    ...(bearer && { Authorization: bearer, 'X-Serverless-Authorization': bearer }),
    ...(method === 'POST' && { 'Content-Type': 'application/json', [REQUESTED_BY]: REQUESTED_BY_VALUE }),
  };
}

async function boundedText(what: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) {
      throw new CommandError(
        'unexpected',
        `${what} answers with more than ${MOST_BYTES} bytes; that is none of the functions.`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function jsonOf(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error: it quotes the text.
    throw new CommandError(
      'unexpected',
      `${what} answers with something that is no JSON; is it the address of the functions status and operate?`,
    );
  }
}

/** How many fields of an answer that is not understood are named. */
const MOST_FIELDS = 5;

function understood<Schema extends z.ZodType>(what: string, schema: Schema, json: unknown): z.output<Schema> {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const fields = read.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${[...issue.path, key].join('.')}: not known here`)
      : [`${issue.path.join('.') || '(whole)'}: ${issue.message}`],
  );
  const shown = fields.slice(0, MOST_FIELDS).join('; ');
  const more = fields.length > MOST_FIELDS ? `; and ${fields.length - MOST_FIELDS} more` : '';
  throw new CommandError(
    'unexpected',
    withoutSecrets(
      `The answer to ${what} is not what this shoot-dualstack understands (${shown}${more}). The functions are of another version: use the command of the same version as them.`,
    ),
  );
}

const ENDINGS: Readonly<Record<number, Ending>> = {
  400: 'usage',
  401: 'refused',
  403: 'refused',
  404: 'notFound',
  405: 'refused',
  409: 'refused',
  413: 'usage',
  429: 'unreachable',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
};

function problemOf(what: string, status: number, text: string): CommandError {
  const ending = ENDINGS[status] ?? 'unexpected';
  const read = problemSchema.safeParse(jsonOrNothing(text));
  if (read.success) {
    const { detail, errors = [] } = read.data;
    const fields = errors.map(({ field, expected }) => ` ${field}: ${expected}.`).join('');
    return new CommandError(ending, withoutSecrets(`${what}: ${detail}${fields}`));
  }
  if (status === 401 || status === 403) {
    return new CommandError(
      'refused',
      `${what}: not let in (${status}). Who you are needs the role run.invoker on that function; \`gcloud auth login\` says who you are.`,
    );
  }
  if (status === 404) {
    return new CommandError(
      'unexpected',
      `${what}: nothing is served there (404), not even a problem; is the address right?`,
    );
  }
  return new CommandError(ending, `${what}: answered ${status}, and not in the form of this API.`);
}

/** `fetch failed` says nothing; what it was caused by does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

import { z } from 'zod';
import { fieldErrors, Problem } from './problem.ts';

/** A request as far as anything is made of it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** A header’s one value; undefined where it is missing or came more than once. */
export function headerOf({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Path and query apart. @throws Problem for what is no URL of ours. */
export function placeOf({ url }: Pick<HttpRequest, 'url'>): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  if (!path.startsWith('/') || url.length > MOST_URL_CHARACTERS) {
    throw new Problem(400, `The address must be a path of at most ${MOST_URL_CHARACTERS} characters.`);
  }
  return { path, query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)) };
}

const MOST_URL_CHARACTERS = 2_000;

/** Parameters through a schema that knows them all. @throws Problem naming each that is wrong, twice there, or unknown. */
export function readParameters<Value>(
  what: string,
  given: Iterable<readonly [name: string, value: string]>,
  schema: z.ZodType<Value>,
): Value {
  const values = new Map<string, string>();
  for (const [name, value] of given) {
    if (values.has(name)) {
      const errors = [{ field: name, expected: 'at most once' }];
      throw new Problem(400, `${what} cannot be understood.`, { errors });
    }
    values.set(name, value);
  }
  const parsed = schema.safeParse(Object.fromEntries(values));
  if (parsed.success) return parsed.data;
  throw new Problem(400, `${what} cannot be understood.`, { errors: fieldErrors(parsed.error) });
}

/** More than any of our bodies has. */
const MOST_BODY_BYTES = 10_000;

/** The JSON that a request brings; nothing is an empty object. @throws Problem */
export function readBody<Value>(request: HttpRequest, schema: z.ZodType<Value>): Value {
  const { body } = request;
  if (body.length > MOST_BODY_BYTES) {
    throw new Problem(413, `The body has ${body.length} bytes; at most ${MOST_BODY_BYTES} are taken.`);
  }
  if (body.length > 0 && !/^application\/json\s*(;|$)/i.test(headerOf(request, 'content-type') ?? '')) {
    throw new Problem(415, 'The body must be JSON, and the header Content-Type say so: application/json.');
  }
  const parsed = schema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  throw new Problem(400, 'The body cannot be understood.', { errors: fieldErrors(parsed.error) });
}

function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Without the parser's error: it quotes a part of the text.
    throw new Problem(400, 'The body is not JSON.');
  }
}

/** A whole number within bounds, as a parameter of a URL has it. */
export function wholeNumber(least: number, most: number, otherwise: number) {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^-?\d{1,9}$/, expected)
    .transform(Number)
    .pipe(z.int().min(least, expected).max(most, expected))
    .default(otherwise)
    .meta({ type: 'integer', minimum: least, maximum: most, default: otherwise, pattern: undefined });
}

/** `true` or `false`. */
export function flag(otherwise: boolean) {
  return z
    .enum(['true', 'false'], 'expected true or false')
    .transform((text) => text === 'true')
    .default(otherwise);
}

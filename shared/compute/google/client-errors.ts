import { z } from 'zod';
import { ComputeError, ComputeUnavailable } from '../errors.ts';
import { refusalError } from './refusals.ts';
import { ShortTrouble } from './trouble.ts';

/**
 * Where google-gax 6 keeps the body of an error answer. Compute Engine's own reason stands only there: `code` is a gRPC
 * code that several HTTP statuses share, and `reason` is set only when there are `details` (gcp-compute-semantics.md §6.6).
 */
const RAW_ANSWER = Symbol.for('google-gax.rawHttpResponsePayload');

/** gRPC codes that stand for "no answer came": DEADLINE_EXCEEDED, UNAVAILABLE. */
const NO_ANSWER = new Set([4, 14]);

const answerSchema = z.object({
  error: z.object({
    message: z.string().default('no message'),
    errors: z.array(z.object({ reason: z.string().optional() })).default([]),
    details: z.array(z.object({ reason: z.string().optional() })).default([]),
  }),
});

/** The error that the port promises, for one that a client threw. Errors of our own pass unchanged. */
export function translated(call: string, thrown: unknown): unknown {
  if (thrown instanceof ComputeError || !(thrown instanceof Error)) return thrown;
  const status = numberIn(thrown, 'httpStatusCode');
  if (status !== undefined) {
    return refusalError(call, { status, ...saidIn(thrown) }, { cause: thrown });
  }
  const code = numberIn(thrown, 'code');
  if (code === undefined) return thrown;
  const NoAnswer = NO_ANSWER.has(code) ? ShortTrouble : ComputeUnavailable;
  return new NoAnswer(call, `no answer: ${thrown.message}`, { cause: thrown });
}

/** HTTP status of an error that a client threw. */
export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error ? numberIn(thrown, 'httpStatusCode') : undefined;
}

function saidIn(thrown: Error): { readonly codes: readonly string[]; readonly message: string } {
  const answer = answerSchema.safeParse(parsedJson(Reflect.get(thrown, RAW_ANSWER)));
  if (!answer.success) return { codes: [], message: thrown.message };
  const { message, errors, details } = answer.data.error;
  const codes = [...errors, ...details].flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  return { codes, message };
}

function parsedJson(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function numberIn(error: Error, property: string): number | undefined {
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'number' ? value : undefined;
}

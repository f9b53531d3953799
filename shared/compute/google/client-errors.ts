import { z } from 'zod';
import { DeadlineExceeded } from '../../deadline.ts';
import { ComputeError, ComputeUnavailable } from '../errors.ts';
import { ErrorAnswer } from './error-answers.ts';
import { refusalError } from './refusals.ts';
import { ShortTrouble } from './trouble.ts';

/** gRPC codes that stand for "no answer came": DEADLINE_EXCEEDED, UNAVAILABLE. */
const NO_ANSWER = new Set([4, 14]);

const answerSchema = z.object({
  error: z.object({
    message: z.string().default('no message'),
    errors: z.array(z.object({ reason: z.string().optional() })).default([]),
    details: z.array(z.object({ reason: z.string().optional() })).default([]),
  }),
});

/**
 * The error that the port promises, for whatever a client threw; errors of the port itself pass unchanged. A client that
 * stumbles over an answer throws errors of any kind, and nothing says that the next answer is no better.
 */
export function translated(call: string, thrown: unknown): ComputeError {
  if (thrown instanceof ComputeError) return thrown;
  if (thrown instanceof DeadlineExceeded) {
    return new ShortTrouble(call, `no answer: ${thrown.message}`, { cause: thrown });
  }
  const answer = errorAnswer(thrown);
  if (answer !== undefined) {
    return refusalError(call, { status: answer.httpStatus, ...saidIn(answer) }, { cause: thrown });
  }
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined;
  const NoAnswer = typeof code === 'number' && NO_ANSWER.has(code) ? ShortTrouble : ComputeUnavailable;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new NoAnswer(call, `no answer: ${why}`, { cause: thrown });
}

/** HTTP status of an error that a client threw. */
export function statusOf(thrown: unknown): number | undefined {
  return errorAnswer(thrown)?.httpStatus;
}

/** google-gax wraps what sending threw into an error of its own. */
function errorAnswer(thrown: unknown): ErrorAnswer | undefined {
  const inner = thrown instanceof Error && !(thrown instanceof ErrorAnswer) ? thrown.cause : thrown;
  return inner instanceof ErrorAnswer ? inner : undefined;
}

function saidIn({ body, message: whole }: ErrorAnswer): {
  readonly codes: readonly string[];
  readonly message: string;
} {
  const answer = answerSchema.safeParse(parsedJson(body));
  if (!answer.success) return { codes: [], message: whole };
  const { message, errors, details } = answer.data.error;
  const codes = [...errors, ...details].flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  return { codes, message };
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

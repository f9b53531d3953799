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

/** The error that the port promises, for one that a client threw. Errors of our own pass unchanged. */
export function translated(call: string, thrown: unknown): unknown {
  if (thrown instanceof ComputeError || !(thrown instanceof Error)) return thrown;
  if (thrown instanceof DeadlineExceeded) {
    return new ShortTrouble(call, `no answer: ${thrown.message}`, { cause: thrown });
  }
  const answer = errorAnswer(thrown);
  if (answer !== undefined) {
    return refusalError(call, { status: answer.httpStatus, ...saidIn(answer) }, { cause: thrown });
  }
  const code: unknown = Reflect.get(thrown, 'code');
  if (typeof code !== 'number') return thrown;
  const NoAnswer = NO_ANSWER.has(code) ? ShortTrouble : ComputeUnavailable;
  return new NoAnswer(call, `no answer: ${thrown.message}`, { cause: thrown });
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

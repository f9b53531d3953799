import { ErrorAnswer } from '../../../../shared/compute/google/index.ts';
import { unlessAborted } from '../../../../shared/unless-aborted.ts';
import { ConnectionDropped } from '../core/faults.ts';
import type { AnswerRequest } from '../http/server.ts';
import type { WireAnswer, WireRequest } from '../http/wire.ts';

/** The code that google-gax gives to whatever threw while a request was sent: UNAVAILABLE. */
const UNAVAILABLE = 14;

/**
 * The body of the answer, in place of the message that a client decodes from it. That one also has an empty list for
 * every list that the answer leaves out, and leaves out what the client's version of the API does not know.
 *
 * @throws ErrorAnswer for an error's status; the signal's reason when it aborts.
 */
export async function bodyOf(
  answer: AnswerRequest,
  request: WireRequest,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const { status, body } = await unlessAborted(answered(answer, request), signal);
  if (status >= 200 && status < 300) return body;
  throw new ErrorAnswer(status, body === undefined ? '' : JSON.stringify(body));
}

/** The answer, or what a client sees when the connection breaks. */
export async function answered(answer: AnswerRequest, request: WireRequest): Promise<WireAnswer> {
  try {
    return await answer(request);
  } catch (error) {
    if (!(error instanceof ConnectionDropped)) throw error;
    throw Object.assign(new Error('socket hang up', { cause: error }), { code: 'ECONNRESET' });
  }
}

/** What google-gax makes of an error of the sending: one of its own, which has it as its cause. */
export function asThrownByAClient(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: UNAVAILABLE });
}

import { systemClock } from './clock.ts';

/** Thrown by {@link withinDeadline}: the answer did not come in time. What was asked for may still happen. */
export class DeadlineExceeded extends Error {
  constructor(what: string, milliseconds: number) {
    super(`${what} was not answered within ${milliseconds} ms`);
    this.name = 'DeadlineExceeded';
  }
}

/** Made once: an abort without a reason makes an exception with its stack, and this is done at every call. */
const ANSWERED = new Error('the answer has come');

/**
 * The result of `answer`, if it comes within `milliseconds` of wall time: a network does not run on a scaled clock.
 *
 * @throws DeadlineExceeded when it does not; whatever `answer` does afterwards is ignored.
 */
export async function withinDeadline<T>(what: string, milliseconds: number, answer: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const deadline = systemClock.sleep(milliseconds, answered.signal).then(() => {
    throw new DeadlineExceeded(what, milliseconds);
  });
  // Whichever loses the race must not surface as an unhandled rejection.
  deadline.catch(() => undefined);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    answered.abort(ANSWERED);
  }
}

import type { Clock } from './clock.ts';

/** How often and how far apart a call is tried again. */
export interface RetryPolicy {
  /** Calls in all, the first included. */
  readonly attempts: number;
  /** Pause after the first failure; doubles with each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/**
 * Calls `attempt` until it succeeds, throws something that is not worth a retry, or has been tried often enough; the
 * last error is thrown as it is. Pauses grow exponentially and are spread between half and all of their length.
 *
 * Our own although libraries exist: none of them takes a clock, and on virtual time a timer of its own never fires.
 */
export async function retry<Result>(
  attempt: () => Promise<Result>,
  options: RetryPolicy & {
    readonly clock: Clock;
    readonly isWorthARetry: (error: unknown) => boolean;
    readonly signal?: AbortSignal | undefined;
    /** A number in [0, 1); injected where runs must be repeatable. */
    readonly random?: (() => number) | undefined;
  },
): Promise<Result> {
  const random = options.random ?? Math.random;
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failures + 1 >= options.attempts || !options.isWorthARetry(error)) throw error;
      const pause = Math.min(options.firstPauseMs * 2 ** failures, options.longestPauseMs);
      await options.clock.sleep(pause * (0.5 + random() / 2), options.signal);
    }
  }
}

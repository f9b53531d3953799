import { describe, expect, test } from 'vitest';
import { retry } from '../../shared/retry.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Tries something that fails so many times, and notes when each attempt was made. */
function attempts(
  failures: number,
  { random = () => 1, worthARetry = () => true }: { random?: () => number; worthARetry?: () => boolean } = {},
) {
  const clock = virtualClock();
  const start = clock.now();
  const at: number[] = [];
  const aborter = new AbortController();
  const result = retry(
    async () => {
      at.push(clock.now() - start);
      if (at.length <= failures) throw new Error(`failure ${at.length}`);
      return 'done';
    },
    {
      attempts: 5,
      firstPauseMs: 100,
      longestPauseMs: 300,
      clock,
      isWorthARetry: worthARetry,
      random,
      signal: aborter.signal,
    },
  );
  return { clock, at, result, aborter };
}

describe('retry', () => {
  test('calls once what succeeds, and does not sleep', async () => {
    const { at, result } = attempts(0);
    expect(await result).toBe('done');
    expect(at).toEqual([0]);
  });

  test('doubles its pauses up to the longest', async () => {
    const { clock, at, result } = attempts(4);
    expect(await clock.until(result)).toBe('done');
    expect(at).toEqual([0, 100, 300, 600, 900]);
  });

  test('makes no pause shorter than half its length', async () => {
    const { clock, at, result } = attempts(4, { random: () => 0 });
    await clock.until(result);
    expect(at).toEqual([0, 50, 150, 300, 450]);
  });

  test('gives up after its attempts and throws the last error as it is', async () => {
    const { clock, at, result } = attempts(99);
    await expect(clock.until(result)).rejects.toThrow(/^failure 5$/);
    expect(at).toHaveLength(5);
  });

  test('does not repeat what is not worth it', async () => {
    const { clock, at, result } = attempts(99, { worthARetry: () => false });
    await expect(clock.until(result)).rejects.toThrow('failure 1');
    expect(at).toEqual([0]);
  });

  test('stops in the middle of a pause when its signal aborts', async () => {
    const { clock, at, result, aborter } = attempts(99);
    const failed = expect(result).rejects.toThrow('enough');
    await clock.advance(50);
    aborter.abort(new Error('enough'));
    await failed;
    await clock.advance(10_000);
    expect(at).toEqual([0]);
  });
});

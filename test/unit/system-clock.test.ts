import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';

test('a sleep that is interrupted ends at once with the reason itself, and one that was interrupted before never begins', async () => {
  const interrupted = new AbortController();
  const sleeping = systemClock.sleep(60_000, interrupted.signal);
  const why = new Error('no longer needed');
  interrupted.abort(why);
  await expect(sleeping).rejects.toBe(why);
  await expect(systemClock.sleep(60_000, interrupted.signal)).rejects.toBe(why);
});

test('a sleep that came to its end leaves nothing behind on the signal', async () => {
  const { signal } = new AbortController();
  await systemClock.sleep(1, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

import { expect, test } from 'vitest';
import { once } from '../../shared/once.ts';

test('what is asked for at once and again is made once', async () => {
  let made = 0;
  const get = once(async () => {
    made += 1;
    return { number: made };
  });
  const [first, second] = await Promise.all([get(), get()]);
  expect(second).toBe(first);
  expect(await get()).toBe(first);
  expect(made).toBe(1);
});

test('what could not be made is made again by who asks next', async () => {
  let tries = 0;
  const get = once(async () => {
    tries += 1;
    if (tries === 1) throw new Error('no network');
    return tries;
  });
  await expect(get()).rejects.toThrow('no network');
  expect(await get()).toBe(2);
  expect(await get()).toBe(2);
});

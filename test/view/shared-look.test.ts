import { expect, test } from 'vitest';
import { SharedLook, SharedLooks } from '../../shared/view/shared-look.ts';

function counted(answer: (look: number) => Promise<number> = async (look) => look) {
  const clock = { time: 0, now: () => clock.time };
  let looks = 0;
  const look = new SharedLook({
    look: () => {
      looks += 1;
      return answer(looks);
    },
    everyMs: 10_000,
    clock,
  });
  return { clock, look, looks: () => looks };
}

test('any number of viewers cost one look in its time, and none while nobody watches', async () => {
  const { clock, look, looks } = counted();
  expect(looks()).toBe(0);
  const seen = await Promise.all(Array.from({ length: 50 }, () => look.see()));
  expect(new Set(seen.map(({ value }) => value))).toEqual(new Set([1]));
  clock.time = 9_999;
  expect((await look.see()).value).toBe(1);
  clock.time = 3_600_000;
  expect(looks()).toBe(1);
  expect(await look.see()).toEqual({ value: 2, at: 3_600_000 });
});

test('a look that fails is told to all, and made again after some seconds', async () => {
  const { clock, look, looks } = counted(async (n) => {
    if (n === 1) throw new Error('away');
    return n;
  });
  const [one, other] = await Promise.allSettled([look.see(), look.see()]);
  expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
  await expect(look.see()).rejects.toThrow('away');
  clock.time = 2_999;
  await expect(look.see()).rejects.toThrow('away');
  expect(looks()).toBe(1);
  clock.time = 3_000;
  expect((await look.see()).value).toBe(2);
});

test('what was seen is no older than it says, however long the look takes', async () => {
  const { clock, look } = counted(async (n) => {
    clock.time += 7_000;
    return n;
  });
  expect((await look.see()).at).toBe(0);
  clock.time = 10_000;
  expect((await look.see()).value).toBe(2);
});

test('of many looks those are kept that somebody asks for', () => {
  let made = 0;
  const looks = new SharedLooks(2, () => {
    made += 1;
    return counted().look;
  });
  const a = looks.of('a');
  looks.of('b');
  expect(looks.of('a')).toBe(a);
  looks.of('c');
  expect(looks.of('a')).toBe(a);
  looks.of('b');
  expect(made).toBe(4);
});

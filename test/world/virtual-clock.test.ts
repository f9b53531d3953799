import { describe, expect, test } from 'vitest';
import { createInProcessWorld, virtualClock } from '../../infra/local/in-process/index.ts';

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('a virtual clock at the pace of promises', () => {
  test('lets everybody who was woken go on to the end before time passes, however many promises that takes', async () => {
    const clock = virtualClock(0, 'promises');
    const seen: number[] = [];
    const worker = async () => {
      await clock.sleep(10);
      for (let step = 0; step < 1_000; step += 1) await null;
      seen.push(clock.now());
      await clock.sleep(5);
      seen.push(clock.now());
    };
    const others = [1, 11, 12, 30].map((at) => clock.sleep(at).then(() => seen.push(clock.now())));
    await clock.until(Promise.all([worker(), ...others]));
    expect(seen).toEqual([1, 10, 11, 12, 15, 30]);
  });

  test('says so when somebody needs a turn of the event loop to go on', async () => {
    const clock = virtualClock(0, 'promises');
    const slow = async () => {
      for (;;) {
        await clock.sleep(1);
        await turn();
      }
    };
    void slow();
    const ticks = async () => {
      for (let second = 0; second < 10_000; second += 1) await clock.sleep(1);
    };
    await expect(clock.until(ticks())).rejects.toThrow(/turn of the event loop/);
  });
});

test('whichever clients the adapters have, the world sees the same calls at the same instants', async () => {
  const calls = await Promise.all(
    (['real', 'direct'] as const).map(async (clients) => {
      const world = await createInProcessWorld({ nodes: 4, strategy: 'overlap', seed: 3, clients });
      const seen: unknown[] = [];
      world.onCall(({ port, method, step }) => {
        seen.push([world.clock.now(), port, method, step]);
        return undefined;
      });
      await world.changeShoot();
      await world.runUntil('ended');
      await world.stop();
      return seen;
    }),
  );
  expect(calls[0]?.length).toBeGreaterThan(100);
  expect(calls[1]).toEqual(calls[0]);
}, 60_000);

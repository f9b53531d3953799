import { expect, test } from 'vitest';
import { askForTheWayBack, goBack } from './abort-run.ts';
import { readyToMigrate } from './abort-world.ts';
import { round } from './routes-run.ts';

/** So many rounds of the real step; answers whether it was done before. */
async function migrateFor(world: Parameters<typeof round>[0], rounds: number): Promise<boolean> {
  for (let each = 0; each < rounds; each += 1) {
    const result = await round(world);
    if (result.kind === 'done') return true;
    if (result.kind === 'blocked') throw new Error(result.message);
    world.passTime(result.kind === 'waiting' ? result.lookAgainAfterSeconds : 1);
  }
  return false;
}

test('after any number of rounds of migrate-routes the way back leads to exactly what was found', async () => {
  let ended = false;
  for (let rounds = 0; !ended; rounds += 1) {
    const { world, before } = readyToMigrate(5);
    ended = await migrateFor(world, rounds);
    askForTheWayBack(world, ended ? 'check-nodes' : 'migrate-routes');
    expect([rounds, await goBack(world)]).toEqual([rounds, 'done']);
    expect(world.state()).toStrictEqual(before);
    expect(world.violations).toEqual([]);
    expect(rounds).toBeLessThan(100);
  }
});

test('a crash at any call of the way back changes nothing about where it leads', async () => {
  for (const rounds of [6, 14, 22]) {
    for (let calls = 0; calls < 120; calls += 5) {
      const { world, before } = readyToMigrate(4);
      await migrateFor(world, rounds);
      askForTheWayBack(world);
      world.crashes = [
        { calls, afterEffect: true },
        { calls: 7, afterEffect: false },
      ];
      expect([rounds, calls, await goBack(world)]).toEqual([rounds, calls, 'done']);
      expect(world.state()).toStrictEqual(before);
      expect(world.violations).toEqual([]);
    }
  }
});

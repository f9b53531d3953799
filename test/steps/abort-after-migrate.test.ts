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

test('a deletion that was asked for on the way forth comes to its end, and its route back, before any alias goes', async () => {
  const { world, before } = readyToMigrate(4);
  world.beforeCall = (what) => {
    if (what.startsWith('delete ')) throw new Error('the process is killed');
  };
  await expect(migrateFor(world, 60)).rejects.toThrow('killed');
  const asked = [...world.records.values()].filter(({ deletingSince }) => deletingSince !== undefined);
  // As far as anybody knows the request was sent, and its operation may end at any time.
  expect(asked.map(({ name, state }) => [world.routes.has(name), state])).toEqual([[true, 'verified']]);
  world.beforeCall = () => undefined;
  askForTheWayBack(world);
  expect(await goBack(world)).toBe('done');
  const deletion = world.journal.indexOf(`delete ${asked[0]?.name}`);
  expect(deletion).toBeGreaterThanOrEqual(0);
  expect(world.journal.findIndex((line) => line.startsWith('remove alias'))).toBeGreaterThan(deletion);
  expect(world.state()).toStrictEqual(before);
  expect(world.violations).toEqual([]);
});

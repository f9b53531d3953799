import { afterEach, expect, test, vi } from 'vitest';
import { seededRandom } from '../../infra/local/random.ts';
import { unavailable } from '../support/interception.ts';
import { migrateToy, type ToyMigrationOptions } from '../support/toy-migration.ts';
import { expectMigratedOnce } from '../support/toy-oracle.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('every message delivered to two instances at once leads to one effect each', async () => {
  const alone = await migrateToy();
  const twofold = await migrateToy({ copies: 2 });
  expectMigratedOnce(twofold, 'two instances');
  const puts = ({ calls }: typeof alone) => calls.filter(({ method }) => method === 'put').length;
  // Not only is there one effect: the second instance does not even try.
  expect(puts(twofold)).toBe(puts(alone));
});

test('dying processes, lost answers and duplicates together change nothing about the end', async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = seededRandom(seed);
    vi.spyOn(Math, 'random').mockImplementation(random);
    expectMigratedOnce(await migrateToy(troubled(random)), `seed ${seed}`);
  }
});

/** In two of a hundred calls something goes wrong, in one of two hundred the process dies. */
function troubled(random: () => number): ToyMigrationOptions {
  return {
    copies: 1 + Math.floor(random() * 3),
    redelivery: random() < 0.7,
    fate: (call) => {
      const luck = random();
      if (luck < 0.0025) return 'before';
      if (luck < 0.005) return 'after';
      if (luck < 0.015) return { before: unavailable(call) };
      if (luck < 0.025) return { after: unavailable(call) };
      return undefined;
    },
  };
}

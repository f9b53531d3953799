import { expect, test } from 'vitest';
import { firstNode, lawsBrokenBy, rewrite } from './fake-product.ts';

/** Another run takes the migration over, and this one goes on to act. */
async function actsAfterTakeover(faults: Parameters<typeof lawsBrokenBy>[0]['faults'] = []) {
  return await lawsBrokenBy({
    faults,
    act: async ({ ports, clock, signal }, world) => {
      await rewrite(world, (fields) => ({
        ...fields,
        fence: 2,
        lease: { holder: 'another', fence: 2, expiresAt: new Date(clock.now() + 90_000).toISOString() },
      }));
      await clock.sleep(1_000, signal);
      await ports.compute.deleteRoute(firstNode(world).route.name);
    },
  });
}

test('a run that acts on the cloud after another one has claimed the migration is caught', async () => {
  expect(await actsAfterTakeover()).toContain('one holder');
});

test('it is not caught for as long as the clocks of the two may disagree', async () => {
  const wrong = { kind: 'wrong clock', instance: 0, aheadSeconds: 60, gainsMsPerSecond: 0 } as const;
  expect(await actsAfterTakeover([{ ...wrong, moment: { atSeconds: 86_400 } }])).not.toContain('one holder');
});

import { expect, test } from 'vitest';
import { shootManifest, shootOrder } from '../../infra/local/chaos/shoot-order.ts';
import { STROKES, strokes } from '../../infra/local/chaos/strokes.ts';
import { seededRandom } from '../../infra/local/random.ts';
import { readShootRollout } from '../../shared/migration/node-rollout.ts';
import { parseShoot } from '../../shared/migration/shoot.ts';

const LEASE_MS = 5_000;

function schedule(seed: number) {
  return strokes(seededRandom(seed), LEASE_MS).take(200).toArray();
}

test('the same seed strikes in the same way, another one in another', () => {
  expect(schedule(3)).toEqual(schedule(3));
  expect(schedule(4)).not.toEqual(schedule(3));
});

test('every kind of stroke falls, kills most often, and who stands still does so for longer than a lease', () => {
  const all = schedule(1);
  const count = (wanted: string) => all.filter(({ kind }) => kind === wanted).length;
  for (const kind of STROKES) expect(count(kind)).toBeGreaterThan(10);
  expect(count('SIGKILL')).toBeGreaterThan(all.length / 2);
  for (const { stoppedMs } of all) expect(stoppedMs).toBeGreaterThan(LEASE_MS);
});

test('twelve shoots are of every strategy with each network plugin, some drained, some led back', () => {
  const orders = Array.from({ length: 12 }, (_, index) =>
    shootOrder({ slot: index % 4, turn: Math.floor(index / 4), slots: 4, nodes: 3 }),
  );
  expect(new Set(orders.map(({ key }) => key)).size).toBe(12);
  const kinds = orders.map(({ strategy, networkPlugin }) => `${strategy} ${networkPlugin}`);
  expect(new Set(kinds).size).toBe(6);
  expect(orders.some(({ abort }) => abort)).toBe(true);
  expect(orders.some(({ nodeRollout }) => nodeRollout === 'drain')).toBe(true);
});

test('a shoot is one that can be migrated at any time, with what its order says', () => {
  const order = shootOrder({ slot: 4, turn: 0, slots: 8, nodes: 3 });
  const manifest = shootManifest(order);
  expect(parseShoot(manifest)).toMatchObject({
    key: order.key,
    maintenanceWindow: undefined,
    networkType: order.networkPlugin,
    families: ['IPv4'],
  });
  expect(readShootRollout(manifest).rollout.mode).toBe('drain');
});

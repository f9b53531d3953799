import { describe, expect, test } from 'vitest';
import { type NodeRollout, readShootRollout } from '../../shared/migration/node-rollout.ts';

const MODE = 'shoot-dualstack/node-rollout';
const POOLS = 'shoot-dualstack/node-rollout-pools';
const SURGE = 'shoot-dualstack/node-rollout-surge';

function read(annotations: Record<string, string> | null, spec: object = {}, status: unknown = {}) {
  const provider = { workers: [{ name: 'a' }, { name: 'b', updateStrategy: 'AutoInPlaceUpdate' }] };
  return readShootRollout({ metadata: { annotations }, spec: { provider, ...spec }, status });
}

describe('how nodes are to be replaced', () => {
  test.each<[annotations: Record<string, string> | null, rollout: NodeRollout]>([
    [null, { mode: 'gardener', pools: undefined }],
    [{ 'other.io/mode': 'owner' }, { mode: 'gardener', pools: undefined }],
    [
      { [MODE]: 'gardener', [POOLS]: 'b, a' },
      { mode: 'gardener', pools: ['b', 'a'] },
    ],
    [{ [MODE]: ' owner ' }, { mode: 'owner' }],
    [{ [MODE]: 'drain' }, { mode: 'drain', pools: undefined, surge: 1 }],
    [
      { [MODE]: 'drain', [SURGE]: '12', [POOLS]: 'a' },
      { mode: 'drain', pools: ['a'], surge: 12 },
    ],
  ])('is read from %j', (annotations, rollout) => {
    expect(read(annotations).rollout).toEqual(rollout);
  });

  test.each<[annotation: string, value: string, expected: string]>([
    [MODE, 'Owner', 'owner, gardener or drain'],
    [MODE, '', 'owner, gardener or drain'],
    [POOLS, 'a,c', 'some of the worker pools a, b, separated by commas'],
    [POOLS, '', 'some of the worker pools a, b, separated by commas'],
    [POOLS, '*', 'some of the worker pools a, b, separated by commas'],
    [POOLS, 'a;b', 'some of the worker pools a, b, separated by commas'],
    [SURGE, '0', 'a number of nodes from 1 to 50'],
    [SURGE, '1.5', 'a number of nodes from 1 to 50'],
    [SURGE, '25%', 'a number of nodes from 1 to 50'],
    [SURGE, '51', 'a number of nodes from 1 to 50'],
    [SURGE, '-1', 'a number of nodes from 1 to 50'],
  ])('is refused by its annotation: %s=%j', (annotation, value, expected) => {
    expect(read({ [annotation]: value }).rollout).toEqual({
      mode: 'invalid',
      problems: [`metadata.annotations[${annotation}]: found ${JSON.stringify(value)}, expected ${expected}`],
    });
  });

  test('is refused without repeating what is far too long', () => {
    const { rollout } = read({ [POOLS]: 'x'.repeat(200_000) });
    expect(JSON.stringify(rollout).length).toBeLessThan(400);
  });

  test('is refused with every problem at once, also in annotations that this mode does not use', () => {
    const { rollout } = read({ [MODE]: 'gardener', [POOLS]: 'x', [SURGE]: 'y' });
    expect(rollout.mode === 'invalid' ? rollout.problems : []).toHaveLength(2);
  });

  test('is refused with the field where the Shoot itself cannot be understood', () => {
    const { rollout } = read({}, { provider: { workers: [{ name: 'a', maxSurge: -1 }] } });
    expect(rollout).toEqual({
      mode: 'invalid',
      problems: [expect.stringMatching(/^spec\.provider\.workers\.0\.maxSurge: /)],
    });
    expect(readShootRollout('no manifest').rollout.mode).toBe('invalid');
  });
});

test.each([
  [{ hibernation: { enabled: true } }, {}, true],
  [{}, { hibernated: true }, true],
  [{ hibernation: { enabled: false } }, null, false],
  [{ hibernation: null }, { hibernated: null }, false],
])('a shoot with %j and the status %j sleeps: %s', (spec, status, hibernated) => {
  expect(read({}, spec, status).hibernated).toBe(hibernated);
});

test('the pools come with how Gardener updates them', () => {
  expect(read({}).workers).toEqual([
    { name: 'a', maxSurge: 1, maxUnavailable: 0 },
    { name: 'b', maxSurge: 1, maxUnavailable: 0, updateStrategy: 'AutoInPlaceUpdate' },
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidShoot, parseShoot } from '../../shared/migration/shoot.ts';
import { nodesAtOnce, type WorkerPool } from '../../shared/migration/worker-pool.ts';
import { type Change, changed, GONE, manifest } from '../support/shoot-manifest.ts';

function shootWith(...changes: readonly Change[]) {
  return parseShoot(changed(manifest(), ...changes));
}

const pool = (changes: Partial<WorkerPool> = {}): WorkerPool => ({
  name: 'worker',
  maxSurge: 1,
  maxUnavailable: 0,
  ...changes,
});

describe('what a manifest says of nodes', () => {
  test('is read, with Gardener’s defaults where it says nothing', () => {
    const workers = [
      { name: 'worker' },
      { name: 'gpu', maxSurge: '25%', maxUnavailable: 2, minimum: 1 },
      { name: 'null', maxSurge: null, maxUnavailable: null },
    ];
    expect(shootWith(['spec.provider.workers', workers]).workers).toEqual([
      { name: 'worker', maxSurge: 1, maxUnavailable: 0 },
      { name: 'gpu', maxSurge: '25%', maxUnavailable: 2 },
      { name: 'null', maxSurge: 1, maxUnavailable: 0 },
    ]);
  });

  test.each<[what: string, changes: Change[], expected: object]>([
    ['the mask size', [['spec.kubernetes.kubeControllerManager.nodeCIDRMaskSize', 26]], { nodeMaskSize: 26 }],
    ['no mask size', [['spec.kubernetes.kubeControllerManager', null]], { nodeMaskSize: 24 }],
    ['the version', [['spec.kubernetes.version', '1.34.2']], { kubernetesVersion: '1.34.2' }],
    ['no version', [['spec.kubernetes', GONE]], { kubernetesVersion: undefined }],
    ['that it is to sleep', [['spec.hibernation.enabled', true]], { hibernated: true }],
    ['that it still sleeps', [['status.hibernated', true]], { hibernated: true }],
    ['that it is awake', [['spec.hibernation.enabled', false]], { hibernated: false }],
    ['a schedule alone', [['spec.hibernation.schedules', []]], { hibernated: false }],
  ])('is read: %s', (_what, changes, expected) => {
    expect(shootWith(...changes)).toMatchObject(expected);
  });

  test.each<[path: string, value: unknown, problem: RegExp]>([
    ['spec.provider.workers', 'many', /^spec\.provider\.workers: .*expected array/],
    ['spec.provider.workers', [{}], /^spec\.provider\.workers\.0\.name: .*expected string/],
    [
      'spec.provider.workers',
      [pool({ maxSurge: -1 })],
      /^spec\.provider\.workers\.0\.maxSurge: expected a number of nodes/,
    ],
    [
      'spec.provider.workers',
      [pool({ maxSurge: '101%' })],
      /^spec\.provider\.workers\.0\.maxSurge: expected a number/,
    ],
    [
      'spec.provider.workers',
      [pool({ maxUnavailable: 'all' })],
      /^spec\.provider\.workers\.0\.maxUnavailable: expected/,
    ],
    ['spec.kubernetes.kubeControllerManager.nodeCIDRMaskSize', 8, /nodeCIDRMaskSize: expected 16 to 28/],
    ['spec.kubernetes.version', 1.34, /^spec\.kubernetes\.version: .*expected string/],
    ['spec.hibernation.enabled', 'yes', /^spec\.hibernation\.enabled: .*expected boolean/],
  ])('is refused by its field: %s %j', (path, value, problem) => {
    expect(() => shootWith([path, value])).toThrow(InvalidShoot);
    try {
      shootWith([path, value]);
    } catch (error) {
      expect(error instanceof InvalidShoot ? error.problems : []).toEqual([expect.stringMatching(problem)]);
    }
  });
});

describe('nodes at once', () => {
  test.each<[what: string, pools: WorkerPool[], expected: number]>([
    ['one where no pool is known', [], 1],
    ['one where an owner allows none', [pool({ maxSurge: 0 })], 1],
    ['what is surged and what is missing', [pool({ maxSurge: 3, maxUnavailable: 2 })], 5],
    ['the sum over the pools', [pool({ maxSurge: 3 }), pool({ name: 'gpu', maxSurge: 2 })], 5],
    ['a share of the pool’s own nodes, a surge rounded up', [pool({ maxSurge: '25%' })], 3],
    [
      'a share of the pool’s own nodes, what is missing rounded down',
      [pool({ maxSurge: 0, maxUnavailable: '25%' })],
      2,
    ],
    [
      'no share of a pool without nodes',
      [pool({ name: 'empty', maxSurge: '100%' }), pool({ maxSurge: 2 })],
      2,
    ],
  ])('are %s', (_what, pools, expected) => {
    expect(
      nodesAtOnce(
        pools,
        new Map([
          ['worker', 10],
          ['gpu', 3],
        ]),
      ),
    ).toBe(expected);
  });

  test('are at least one, and never more than all nodes and numbers together', () => {
    const amount = fc.oneof(
      fc.nat(20),
      fc.nat(100).map((share) => `${share}%`),
    );
    const pools = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b'), maxSurge: amount, maxUnavailable: amount }),
    );
    fc.assert(
      fc.property(pools, fc.nat(500), (workers, size) => {
        const atOnce = nodesAtOnce(workers, new Map([['a', size]]));
        expect(Number.isInteger(atOnce)).toBe(true);
        expect(atOnce).toBeGreaterThanOrEqual(1);
        expect(atOnce).toBeLessThanOrEqual(Math.max(1, workers.length * 2 * Math.max(size, 20)));
      }),
    );
  });
});

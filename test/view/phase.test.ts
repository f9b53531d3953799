import { describe, expect, test } from 'vitest';
import type { Migration, MigrationStatus } from '../../shared/migration/migration.ts';
import { PHASES, type Phase, phaseOf } from '../../shared/view/phase.ts';
import { whyOf } from '../../shared/view/why.ts';
import { AT, later, migrationWith, NOW } from './migrations.ts';

const WAITING: MigrationStatus = {
  kind: 'waiting',
  since: AT,
  reason: 'NodesRolling',
  message: '3 of 9 nodes',
};
const BLOCKED: MigrationStatus = {
  kind: 'blocked',
  since: AT,
  reason: 'WaitsInVain',
  message: 'Nothing came.',
  remedy: 'Look.',
};
const RUNNING: MigrationStatus = { kind: 'running', since: AT };
const LEASE = { holder: 'h', fence: 1, expiresAt: later(60) };
const ABORT = { requestedAt: AT, from: 'migrate-routes' } as const;
const MIDWAY = [{ name: 'migrate-routes', runs: 1, failures: 0, midway: true }] as const;

const CASES: readonly [what: string, phase: Phase, changes: Partial<Migration>][] = [
  ['just taken in', 'planning', {}],
  ['between two runs', 'running', { position: 'check-nodes', status: { kind: 'ready', since: AT } }],
  ['with a run', 'running', { position: 'check-nodes', status: RUNNING, lease: LEASE }],
  ['that waits', 'waiting', { position: 'check-nodes', status: WAITING }],
  ['that waits in the preflight', 'waiting', { status: WAITING }],
  ['that is blocked', 'blocked', { status: BLOCKED }],
  ['that is blocked and paused', 'blocked', { status: BLOCKED, paused: true }],
  ['that is blocked on the way back', 'blocked', { status: BLOCKED, position: 'abort', abort: ABORT }],
  ['that is paused while it waits', 'paused', { position: 'check-nodes', status: WAITING, paused: true }],
  [
    'that is paused but runs on to a safe point',
    'running',
    { position: 'migrate-routes', status: RUNNING, lease: LEASE, paused: true, steps: MIDWAY },
  ],
  [
    'that is paused and has a run which stops in a moment',
    'running',
    { position: 'migrate-routes', status: RUNNING, lease: LEASE, paused: true },
  ],
  [
    'that is paused and whose run died',
    'paused',
    { position: 'migrate-routes', status: RUNNING, lease: { ...LEASE, expiresAt: AT }, paused: true },
  ],
  ['of which an abort was asked', 'going back', { position: 'check-nodes', status: RUNNING, abort: ABORT }],
  ['on the way back', 'going back', { position: 'abort', status: RUNNING, abort: ABORT }],
  ['that waits on the way back', 'going back', { position: 'abort', status: WAITING, abort: ABORT }],
  ['that succeeded', 'succeeded', { active: false, status: { kind: 'succeeded', since: AT } }],
  ['that was led back', 'led back', { active: false, status: { kind: 'aborted', since: AT } }],
];

test.each(CASES)('a migration %s is %s', async (_, phase, changes) => {
  expect(phaseOf(await migrationWith(changes), NOW)).toBe(phase);
});

test('every phase has a case', () => {
  expect(new Set(CASES.map(([, phase]) => phase))).toEqual(new Set(PHASES));
});

describe('why a migration stands as it does', () => {
  test('is the wait with the documented sentence of its step, and no remedy: nothing is wrong', async () => {
    const why = whyOf(await migrationWith({ position: 'check-nodes', status: WAITING }));
    expect(why).toEqual({
      reason: 'NodesRolling',
      message: '3 of 9 nodes',
      sentence: 'Gardener replaces the nodes; new ones have a pod CIDR of each family.',
    });
  });

  test('is the block with what a human must do', async () => {
    expect(whyOf(await migrationWith({ status: BLOCKED }))).toMatchObject({ remedy: 'Look.' });
  });

  test('is left out of a migration that moves', async () => {
    expect(whyOf(await migrationWith({ status: RUNNING }))).toBeUndefined();
  });

  test('has no sentence for a reason of another version of the product', async () => {
    const why = whyOf(await migrationWith({ status: { ...WAITING, reason: 'OfLater' } }));
    expect(why).toEqual({ reason: 'OfLater', message: '3 of 9 nodes' });
  });
});

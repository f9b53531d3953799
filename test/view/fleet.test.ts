import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MigrationStatus } from '../../shared/migration/migration.ts';
import {
  countPhases,
  fleetRow,
  fleetRowSchema,
  inOrder,
  migrationView,
  migrationViewSchema,
  onePerShoot,
  PHASES,
  rankOf,
} from '../../shared/view/index.ts';
import { AT, later, migrationWith, NOW } from './migrations.ts';

const BLOCKED: MigrationStatus = { kind: 'blocked', since: AT, reason: 'RunsDie', message: '', remedy: 'x' };

test('what is blocked comes first, then what runs, waits, is paused and has ended, the longest first', async () => {
  const started = await migrationWith();
  const row = fleetRow(started, NOW);
  const rows = PHASES.flatMap((phase) =>
    [20, 10].map((seconds) => {
      const over = phase === 'succeeded' || phase === 'led back' ? { finishedAt: later(seconds) } : {};
      return {
        ...row,
        id: `${phase} ${seconds}`,
        phase,
        rank: rankOf(phase),
        since: later(seconds),
        ...over,
      };
    }),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
      expect(inOrder(shuffled).map(({ id }) => id)).toEqual([
        ...['blocked', 'running', 'going back', 'planning', 'waiting', 'paused'].flatMap((phase) => [
          `${phase} 10`,
          `${phase} 20`,
        ]),
        ...['succeeded', 'led back'].flatMap((phase) => [`${phase} 20`, `${phase} 10`]),
      ]);
    }),
  );
  expect(Object.values(countPhases(rows))).toEqual(PHASES.map(() => 2));
});

test('a shoot that was migrated before is shown with its active migration, else with its newest', async () => {
  const old = await migrationWith({ id: 'old', active: false, createdAt: AT });
  const newer = { ...old, id: 'newer', createdAt: later(10) };
  const active = { ...old, id: 'active', active: true, createdAt: later(5) };
  expect(onePerShoot([old, newer]).map(({ id }) => id)).toEqual(['newer']);
  expect(onePerShoot([newer, active, old]).map(({ id }) => id)).toEqual(['active']);
});

test('a row says what is waited for or blocked by, how far it is, and since when', async () => {
  const migration = await migrationWith({
    position: 'check-nodes',
    status: {
      kind: 'waiting',
      since: later(3),
      reason: 'NodesRolling',
      message: 'still single-stack: a',
      progress: { done: 3, total: 9, unit: 'nodes dual-stack' },
    },
    wakeAt: later(60),
  });
  const row = fleetRow(migration, NOW);
  expect(fleetRowSchema.parse(row)).toMatchObject({
    phase: 'waiting',
    step: 'check-nodes',
    stepNumber: 4,
    steps: 7,
    progress: { done: 3, total: 9, unit: 'nodes dual-stack' },
    constraint: { type: 'DualStackNodesMigrationReady', status: 'Progressing' },
    since: later(3),
    wakeAt: later(60),
  });
  expect(row.strategy).toBeUndefined();
});

test('a migration of an earlier version, without preflight or plan, is shown as such', async () => {
  const { plan, ...migration } = await migrationWith();
  const steps = plan.steps.filter((name) => name !== 'preflight');
  const old = { ...migration, position: 'check-nodes' as const, plan: { ...plan, steps } };
  const view = migrationViewSchema.parse(migrationView(old, NOW));
  expect(view).toMatchObject({
    stepNumber: 3,
    steps: 6,
    plan: { state: 'of an earlier version', findings: [] },
  });
  expect(view.strategy).toBeUndefined();
});

test('the time line tells what is done, present, ahead, and left for the way back', async () => {
  const done = { runs: 1, failures: 0, startedAt: AT, finishedAt: later(5) };
  const migration = await migrationWith({
    position: 'abort',
    status: BLOCKED,
    abort: { requestedAt: later(9), from: 'migrate-routes' },
    steps: [
      { name: 'preflight', ...done },
      { name: 'enable-ipv6-subnets', ...done },
      { name: 'migrate-routes', runs: 2, failures: 1, lastFailure: 'no answer', startedAt: later(6) },
      { name: 'abort', runs: 1, failures: 0, startedAt: later(9) },
    ],
  });
  const { timeline } = migrationViewSchema.parse(migrationView(migration, NOW));
  expect(timeline.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'preflight done',
    'enable-ipv6-subnets done',
    'migrate-routes left',
    'check-nodes ahead',
    'configure-cni ahead',
    'restart-coredns ahead',
    'switch-kube-dns ahead',
    'abort present',
  ]);
  expect(timeline[2]).toMatchObject({ failures: 1, lastFailure: 'no answer' });
});

test('findings come with the documented sentence of their reason, and the window as times of day', async () => {
  const { plan, ...migration } = await migrationWith();
  const finding = {
    check: 'hibernation',
    severity: 'block',
    message: 'It sleeps.',
    reason: 'Hibernated',
  } as const;
  const view = migrationView(
    {
      ...migration,
      plan: { ...plan, madeAt: AT, findings: [finding] },
      maintenanceWindow: { begin: 22 * 3_600 + 1_800, end: 3_600 },
    },
    NOW,
  );
  expect(migrationViewSchema.parse(view)).toMatchObject({
    maintenanceWindow: { begin: '22:30', end: '01:00' },
    plan: { state: 'made', findings: [{ ...finding, sentence: 'The cluster sleeps.' }] },
  });
});

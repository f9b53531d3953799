import { expect } from 'vitest';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import type { ToyMigration } from './toy-migration.ts';
import { TOY_EFFECTS } from './toy-steps.ts';

/** What a toy migration has to have come to that was aborted on its way, whatever else befell it. */
export function expectLedBack({ migration, history, historyIds, world }: ToyMigration, story: string): void {
  expect(migration, story).toMatchObject({
    active: false,
    status: { kind: 'aborted' },
    position: 'abort',
    constraints: [],
    outbox: [],
    historyLength: history.length,
  });
  expect(migration.lease, story).toBeUndefined();
  const last = new Map(world.effects.map((effect) => effect.split(': ', 2) as [string, string]));
  expect(new Set(last.values()), story).toEqual(new Set(['restored']));
  expect(historyIds, story).toEqual(history.map((_, index) => String(index).padStart(8, '0')));
  for (const event of ['abort requested', 'aborted']) {
    expect(history.filter((entry) => entry.event === event).length, `${event}; ${story}`).toBe(1);
  }
  expect(history.at(-1)?.event, story).toMatch(/^(aborted|refused)$/);
}

/** What a toy migration has to have come to, whatever befell it on its way. `story` says what did. */
export function expectMigratedOnce(
  { migration, history, historyIds, migrationsEver, world }: ToyMigration,
  story: string,
): void {
  expect(migrationsEver, story).toBe(1);
  expect(migration, story).toMatchObject({
    active: false,
    status: { kind: 'succeeded' },
    position: 'switch-kube-dns',
    constraints: [],
    outbox: [],
    historyLength: history.length,
  });
  expect(migration.lease, story).toBeUndefined();
  // The restart's value is its moment, which differs from run to run.
  const effects = world.effects.map((effect) => effect.replace(/^restart: .*/, 'restart'));
  expect(effects, story).toEqual(TOY_EFFECTS);
  expect(historyIds, story).toEqual(history.map((_, index) => String(index).padStart(8, '0')));
  for (const event of ['begun', 'done']) {
    const steps = history.filter((entry) => entry.event === event).map(({ step }) => step);
    expect(steps, `${event}; ${story}`).toEqual(FORWARD_STEPS);
  }
  for (const event of ['started', 'succeeded']) {
    expect(history.filter((entry) => entry.event === event).length, `${event}; ${story}`).toBe(1);
  }
  const constraints = history.flatMap(({ constraint }) => (constraint === undefined ? [] : [constraint]));
  expect(constraints, story).toEqual(CONSTRAINTS);
}

const CONSTRAINTS = [
  { type: 'DualStackNodesMigrationReady', status: 'Progressing' },
  { type: 'DualStackNodesMigrationReady', status: 'True' },
  { type: 'DualStackNodesMigrationReady', status: 'Removed' },
  { type: 'DNSServiceMigrationReady', status: 'Progressing' },
  { type: 'DNSServiceMigrationReady', status: 'True' },
  { type: 'DNSServiceMigrationReady', status: 'Removed' },
];

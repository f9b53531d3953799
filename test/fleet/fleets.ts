import fc from 'fast-check';
import type { FleetFacts } from '../../shared/fleet/decide.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { rolloutPolicySchema } from '../../shared/migration/rollout-policy.ts';
import type { Rollout } from '../../shared/store/rollout.ts';
import { AT, later, migrationWith, NOW } from '../view/migrations.ts';

export const base = await migrationWith();
export const FIRST_CHANGE = 'enable-ipv6-subnets';
const WINDOW = { begin: 22 * 3_600, end: 2 * 3_600 };
export const SHUT = { begin: 4 * 3_600, end: 6 * 3_600 };

/** How a migration may stand when it is decided who is let in. */
const STANDINGS = [
  'planning',
  'refused',
  'waiting',
  'ready',
  'let in',
  'begun',
  'blocked',
  'paused',
] as const;
type Standing = (typeof STANDINGS)[number];

export function migrationAt(index: number, standing: Standing, where: Partial<Place>): Migration {
  const { project = 'p', namespace = 'garden-a', seed = 's', window, waited = 0 } = where;
  const name = `s${String(index).padStart(3, '0')}`;
  const gate = { rollout: 'r', since: later(-waited) };
  const opened = { ...gate, letIn: { at: AT, by: 'rollout' as const } };
  const begun = [{ name: FIRST_CHANGE as Migration['position'], runs: 1, failures: 0, startedAt: AT }];
  const about: Partial<Migration> = {
    planning: { position: 'preflight' as const },
    refused: blockedPlan(),
    waiting: { status: { kind: 'waiting' as const, since: AT, reason: 'WaitsForRollout', message: 'm' } },
    ready: {},
    'let in': { gate: opened },
    begun: { gate: opened, steps: begun },
    blocked: { gate: opened, steps: begun, status: blockedBy('NodeNotReached') },
    paused: { paused: true },
  }[standing];
  return {
    ...base,
    id: `m-${name}`,
    shoot: { ...base.shoot, key: `${namespace}/${name}`, namespace, name },
    target: { ...base.target, project, ...(seed !== '' && { seed }) },
    position: FIRST_CHANGE,
    status: { kind: 'ready', since: AT },
    outbox: [],
    maintenanceWindow: window,
    gate,
    ...about,
  };
}

function blockedBy(reason: string): Migration['status'] {
  return { kind: 'blocked', since: AT, reason, message: 'm', remedy: 'r' };
}

export function blockedPlan(): Partial<Migration> {
  return { position: 'preflight', status: blockedBy('PreflightBlocked') };
}

export interface Place {
  readonly project: string;
  readonly namespace: string;
  readonly seed: string;
  readonly window: Migration['maintenanceWindow'];
  readonly waited: number;
}

export function rolloutWith(changes: Partial<Omit<Rollout, 'policy'>> & { policy: object }): Rollout {
  return {
    id: 'r',
    setAt: AT,
    state: { kind: 'running', since: AT },
    passed: [],
    accepted: [],
    lettings: { count: 0, by: '' },
    handled: [],
    events: [],
    ...changes,
    policy: rolloutPolicySchema.parse(changes.policy),
  };
}

const where = fc.record({
  project: fc.constantFrom('p', 'q', 'r'),
  namespace: fc.constantFrom('garden-a', 'garden-b'),
  seed: fc.constantFrom('s', 't', ''),
  window: fc.constantFrom(undefined, WINDOW, SHUT),
  waited: fc.integer({ min: 0, max: 500 }),
});
const limit = fc.integer({ min: 1, max: 8 });
const limitOrNone = fc.option(limit, { nil: undefined });

export const fleets: fc.Arbitrary<FleetFacts> = fc
  .record({
    shoots: fc.array(fc.tuple(fc.constantFrom(...STANDINGS), where), { maxLength: 40 }),
    policy: fc.record({
      atOnce: limit,
      perProject: limitOrNone,
      perNamespace: limitOrNone,
      perSeed: limitOrNone,
      stopAfterBlocked: limit,
    }),
    canaries: fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 3 }),
    accepted: fc.uniqueArray(fc.integer({ min: 0, max: 39 }), { maxLength: 6 }),
    state: fc.constantFrom('running', 'running', 'running', 'stopped'),
    held: fc.constantFrom(false, false, false, true),
  })
  .map(({ shoots, policy, canaries, accepted, state, held }) => {
    const active = shoots.map(([standing, place], index) => migrationAt(index, standing, place));
    const keyOf = (index: number) => active[index]?.shoot.key ?? `garden-a/unknown-${index}`;
    const rollout = rolloutWith({
      policy: { ...policy, canaries: canaries.map(keyOf) },
      accepted: accepted.flatMap((index) => {
        const migration = active[index];
        return migration === undefined ? [] : [{ migration: migration.id, shoot: migration.shoot.key }];
      }),
      ...(state === 'stopped' && {
        state: { kind: 'stopped', since: AT, by: 'operator', reason: 'R', message: 'm', troubles: [] },
      }),
    });
    return { now: NOW, rollout, active, endedCanaries: new Map(), held };
  });

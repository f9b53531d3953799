import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canariesIn, decide, type FleetFacts, presentLoad } from '../../shared/fleet/decide.ts';
import { inLine } from '../../shared/fleet/line.ts';
import { fullness, loadOf, takesPlace } from '../../shared/fleet/load.ts';
import { line } from '../../shared/fleet/not-yet.ts';
import { ROLLOUT_REASONS } from '../../shared/fleet/reasons.ts';
import { isOpen } from '../../shared/migration/maintenance-window.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { rolloutPolicySchema } from '../../shared/migration/rollout-policy.ts';
import type { Rollout } from '../../shared/store/rollout.ts';
import { AT, NOW } from '../view/migrations.ts';
import {
  base,
  blockedPlan,
  FIRST_CHANGE,
  fleets,
  migrationAt,
  type Place,
  rolloutWith,
  SHUT,
} from './fleets.ts';

const runs = { numRuns: 400 };

/** The fleet after these were let in. */
function afterwards(facts: FleetFacts, letIn: readonly Migration[]): FleetFacts {
  const ids = new Set(letIn.map(({ id }) => id));
  const active = facts.active.map((each) =>
    ids.has(each.id) && each.gate !== undefined
      ? { ...each, gate: { ...each.gate, letIn: { at: AT, by: 'rollout' as const } } }
      : each,
  );
  return { ...facts, active };
}

describe('whoever is let in', () => {
  test('there are never more than the policy says, in all, in a project, in a namespace, on a seed', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        const { letIn } = decide(facts);
        const { policy } = facts.rollout;
        const before = presentLoad(facts);
        const { total, projects, namespaces, seeds } = presentLoad(afterwards(facts, letIn));
        expect(total).toBeLessThanOrEqual(Math.max(before.total, policy.atOnce));
        const limits = [
          [projects, before.projects, policy.perProject],
          [namespaces, before.namespaces, policy.perNamespace],
          [seeds, before.seeds, policy.perSeed],
        ] as const;
        for (const [counts, present, most] of limits) {
          for (const [name, count] of counts) {
            expect(count).toBeLessThanOrEqual(
              Math.max(present.get(name) ?? 0, most ?? Number.POSITIVE_INFINITY),
            );
          }
        }
      }),
      runs,
    );
  });

  test('has a plan, an open window, and nothing that keeps it', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        for (const { position, status, paused, gate, maintenanceWindow } of decide(facts).letIn) {
          expect(position).toBe(FIRST_CHANGE);
          expect(['waiting', 'ready']).toContain(status.kind);
          expect(paused).toBe(false);
          expect(gate?.letIn).toBeUndefined();
          if (maintenanceWindow !== undefined) expect(isOpen(maintenanceWindow, NOW)).toBe(true);
        }
      }),
      runs,
    );
  });

  test('is a canary, as long as one of them has not passed; and nobody while it stands or everything is held', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        const { letIn, stop } = decide(facts);
        const { rollout, held } = facts;
        const awaited = canariesIn(facts).some(({ state }) => state !== 'passed' && state !== 'accepted');
        for (const { shoot } of letIn) {
          if (awaited) expect(rollout.policy.canaries).toContain(shoot.key);
        }
        if (held || stop !== undefined || rollout.state.kind === 'stopped') expect(letIn).toEqual([]);
      }),
      runs,
    );
  });

  test('is everybody in the end: all whose window opens and whom nothing keeps, as the others end', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        const rollout = rolloutWith({ policy: { ...facts.rollout.policy, canaries: [] } });
        const ours = ({ status }: Migration) => status.kind !== 'blocked';
        let present: FleetFacts = { ...facts, rollout, held: false, active: facts.active.filter(ours) };
        const waiting = new Set(
          present.active
            .filter((each) => each.maintenanceWindow !== SHUT && !each.paused)
            .filter((each) => each.position === FIRST_CHANGE && each.gate?.letIn === undefined)
            .map(({ id }) => id),
        );
        for (let round = 0; waiting.size > 0; round += 1) {
          expect(round).toBeLessThan(100);
          const { letIn } = decide(present);
          for (const { id } of letIn) waiting.delete(id);
          const next = afterwards(present, letIn);
          // Whoever takes up a place comes to its end.
          present = { ...next, active: next.active.filter((each) => !takesPlace(each, rollout)) };
        }
      }),
      runs,
    );
  });

  test('is all for whom there is room: no place stays empty that somebody could take', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        const { letIn, stop } = decide(facts);
        if (stop !== undefined || facts.held || facts.rollout.state.kind === 'stopped') return;
        const next = afterwards(facts, letIn);
        expect(decide(next).letIn).toEqual([]);
      }),
      runs,
    );
  });
});

test('it is decided the same whatever the order in which the store tells of them', () => {
  fc.assert(
    fc.property(fleets, (facts) => {
      const turned = { ...facts, active: facts.active.toReversed() };
      expect(decide(turned).letIn.map(({ id }) => id)).toEqual(decide(facts).letIn.map(({ id }) => id));
    }),
    runs,
  );
});

describe('the line', () => {
  test('has everybody once, canaries first, in each project and on each seed by age', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        const { canaries } = facts.rollout.policy;
        const isCanary = ({ shoot }: Migration) => canaries.includes(shoot.key);
        const order = inLine(facts.active, presentLoad(facts), isCanary);
        expect(new Set(order)).toEqual(new Set(facts.active));
        const firstOther = order.findIndex((each) => !isCanary(each));
        if (firstOther >= 0) expect(order.slice(firstOther).some(isCanary)).toBe(false);
        for (const project of ['p', 'q', 'r']) {
          const seeds = new Set(order.map(({ target }) => target.seed));
          for (const seed of seeds) {
            const since = order
              .filter(
                (each) => !isCanary(each) && each.target.project === project && each.target.seed === seed,
              )
              .map(({ gate }) => gate?.since ?? '');
            expect(since).toEqual(since.toSorted());
          }
        }
      }),
      runs,
    );
  });

  test('takes turns between projects: nobody is two ahead of a project that has one waiting', () => {
    const many = [0, 1, 2, 3].map((index) => migrationAt(index, 'waiting', { project: 'p', waited: 100 }));
    const few = [7, 8].map((index) => migrationAt(index, 'waiting', { project: 'q' }));
    const order = inLine([...many, ...few], loadOf([]), () => false);
    expect(order.map(({ target }) => target.project)).toEqual(['p', 'q', 'p', 'q', 'p', 'p']);
  });

  test('says of each why not yet, by a documented reason, and of those that are next that they are', () => {
    fc.assert(
      fc.property(fleets, (facts) => {
        const { letIn } = decide(facts);
        const told = line(facts);
        expect(told.map(({ place }) => place)).toEqual(told.map((_, index) => index + 1));
        for (const { notYet } of told) {
          const known =
            notYet.reason in ROLLOUT_REASONS || /^(?:Paused|OutsideMaintenanceWindow)$/.test(notYet.reason);
          expect(known, notYet.reason).toBe(true);
        }
        const next = told.filter(({ notYet }) => notYet.reason === 'NextInLine');
        expect(new Set(next.map(({ migration }) => migration.id))).toEqual(
          new Set(letIn.map(({ id }) => id)),
        );
      }),
      runs,
    );
  });

  test('of a thousand shoots in as many projects is told in well under a second', () => {
    const active = Array.from({ length: 1_000 }, (_, index) =>
      migrationAt(index, 'waiting', { project: `p${index}`, seed: `s${index % 40}` }),
    );
    const rollout = rolloutWith({ policy: { atOnce: 10 } });
    const facts = { now: NOW, rollout, active, endedCanaries: new Map(), held: false };
    expect(line(facts)).toHaveLength(1_000);
    expect(decide(facts).letIn).toHaveLength(10);
  });
});

test('who was let in, and whose new plan blocks before anything is changed, gives the place back and stops nobody', () => {
  const replanned = { ...migrationAt(1, 'let in', {}), ...blockedPlan() };
  const rollout = rolloutWith({ policy: { atOnce: 1 } });
  const facts = { now: NOW, rollout, active: [replanned], endedCanaries: new Map(), held: false };
  const { troubles, giveBack, stop } = decide(facts);
  expect([troubles, stop]).toEqual([[], undefined]);
  expect(giveBack).toEqual([replanned]);
});

describe('a place', () => {
  const blocked = migrationAt(1, 'blocked', {});
  const accepted = rolloutWith({ policy: { atOnce: 1 }, accepted: [{ migration: blocked.id, shoot: 'x' }] });

  test.each<[what: string, migration: Migration, rollout: Rollout, takes: boolean]>([
    [
      'one that waits for its turn',
      migrationAt(1, 'waiting', {}),
      rolloutWith({ policy: { atOnce: 1 } }),
      false,
    ],
    ['one that is let in', migrationAt(1, 'let in', {}), rolloutWith({ policy: { atOnce: 1 } }), true],
    [
      'one that had begun without being let in',
      { ...migrationAt(1, 'begun', {}), gate: undefined },
      accepted,
      true,
    ],
    ['one that is blocked', blocked, rolloutWith({ policy: { atOnce: 1 } }), true],
    ['one that is blocked and accepted', blocked, accepted, false],
    ['that one when it moves again', { ...blocked, status: base.status }, accepted, true],
    ['one that has ended', { ...migrationAt(1, 'begun', {}), active: false }, accepted, false],
  ])('%s', (_, migration, rollout, takes) => {
    expect(takesPlace(migration, rollout)).toBe(takes);
  });

  test('that is not there is named: what is full, where, and by how many', () => {
    const load = loadOf([migrationAt(1, 'begun', { project: 'p', seed: 's' })]);
    const why = (policy: object, place: Partial<Place>) =>
      fullness(migrationAt(2, 'waiting', place), load, rolloutPolicySchema.parse({ atOnce: 9, ...policy }));
    expect(why({ atOnce: 1 }, {})).toMatchObject({ reason: 'PlacesTaken', message: '1 of 1 are under way' });
    expect(why({ perProject: 1 }, {})).toMatchObject({ message: '1 of 1 are under way in the project p' });
    expect(why({ perSeed: 1 }, { project: 'q' })).toMatchObject({ reason: 'SeedPlacesTaken' });
    expect(why({ perSeed: 1, perProject: 1 }, { project: 'q', seed: 't' })).toBeUndefined();
  });
});

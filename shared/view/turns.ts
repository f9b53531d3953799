import { isAtGate } from '../engine/gate.ts';
import {
  canariesIn,
  type FleetFacts,
  goesOnAbout,
  type InLine,
  isWaiting,
  line,
  resumeOrder,
  takesPlace,
} from '../fleet/index.ts';
import { hasBegun, type Migration } from '../migration/migration.ts';
import { PREFLIGHT } from '../migration/steps.ts';
import type { Hold } from '../store/holds.ts';
import type { Rollout } from '../store/rollout.ts';
import { phaseOf } from './phase.ts';
import type { RolloutView, WaitingShoot } from './rollout.ts';
import { reasoned, type Why } from './why.ts';

/** All that the store says about the fleet as a whole, and every migration. */
export interface FleetRead {
  /** Milliseconds. */
  readonly now: number;
  readonly active: readonly Migration[];
  readonly ended: readonly Migration[];
  /** Undefined before a policy was ever set. */
  readonly rollout: Rollout | 'damaged' | undefined;
  readonly holds: readonly Hold[];
}

/** Whose turn it is when, as far as turns are taken. */
export interface Turns {
  readonly view: RolloutView;
  /** What is to be said of migrations that wait for their turn, by id: more than they say themselves. */
  readonly whys: ReadonlyMap<string, Why>;
}

/** What a list shows of a thousand. */
const MOST_SHOWN = 100;

export function turnsOf(read: FleetRead): Turns {
  const inOrder = lineOf(read);
  return { view: rolloutView(read, inOrder), whys: new Map([...resuming(read), ...waiting(inOrder)]) };
}

function lineOf(read: FleetRead): readonly InLine[] {
  const facts = factsOf(read);
  return facts === undefined ? [] : line(facts);
}

function factsOf({ now, active, ended, rollout, holds }: FleetRead): FleetFacts | undefined {
  if (rollout === undefined || rollout === 'damaged' || rollout.state.kind === 'off') return undefined;
  const endedCanaries = new Map<string, Migration>();
  for (const migration of ended.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) {
    if (rollout.policy.canaries.includes(migration.shoot.key)) {
      endedCanaries.set(migration.shoot.key, migration);
    }
  }
  return { now, rollout, active, endedCanaries, held: holds.some(({ kind }) => kind === 'all') };
}

function waiting(inOrder: readonly InLine[]): [string, Why][] {
  return inOrder.flatMap(({ migration, place, notYet }) => {
    const message = `place ${place} of ${inOrder.length}: ${notYet.message}`;
    return isAtGate(migration) ? [[migration.id, reasoned({ reason: 'WaitsForRollout', message })]] : [];
  });
}

function resuming({ now, active, holds }: FleetRead): [string, Why][] {
  const release = holds.find(({ kind }) => kind === 'all')?.release;
  if (release === undefined) return [];
  const order = resumeOrder(active, holds);
  return order.map(({ id }, index) => {
    const about = new Date(goesOnAbout(release, index, now)).toISOString().slice(11, 16);
    const message = `goes on at about ${about} UTC, as number ${index + 1} of ${order.length} (${release.perMinute} a minute)`;
    return [id, reasoned({ reason: 'ResumesInTurn', message })];
  });
}

function rolloutView(read: FleetRead, inOrder: readonly InLine[]): RolloutView {
  const { now, active, ended, rollout } = read;
  const known = rollout === 'damaged' ? undefined : rollout;
  const facts = factsOf(read);
  const places = known === undefined ? [] : active.filter((each) => takesPlace(each, known));
  const ours = ended.filter(({ gate }) => gate?.letIn !== undefined && gate.rollout === known?.id);
  return {
    at: new Date(now).toISOString(),
    state: rollout === 'damaged' ? 'damaged' : (rollout?.state.kind ?? 'none'),
    ...(known && described(known)),
    counts: {
      planning: active.filter((each) => isWaiting(each) && isBeingPlanned(each)).length,
      waiting: inOrder.length,
      refused: active.filter((each) => isWaiting(each) && each.status.kind === 'blocked').length,
      in: places.length,
      blocked: active.filter((each) => each.status.kind === 'blocked' && hasBegun(each)).length,
      done: ours.filter(({ status }) => status.kind === 'succeeded').length,
      ledBack: ours.filter(({ status }) => status.kind === 'aborted').length,
    },
    canaries: (facts ? canariesIn(facts) : []).map(({ shoot, state, migration }) => ({
      shoot,
      state,
      ...(migration && { migration: migration.id }),
    })),
    accepted: known?.accepted.map(({ shoot }) => shoot) ?? [],
    in: places
      .map((migration) => placeView(migration, now))
      .toSorted((a, b) => (a.since < b.since ? -1 : 1))
      .slice(0, MOST_SHOWN),
    next: inOrder.slice(0, MOST_SHOWN).map(waitingView),
    holds: read.holds.map((hold) => holdView(hold, read)),
    events: known?.events.map((event) => ({ ...event })) ?? [],
  };
}

function described({ id, policy, setAt, who, state }: Rollout): Partial<RolloutView> {
  return {
    id,
    policy,
    setAt,
    ...(who && { who: { ...who } }),
    since: state.since,
    ...(state.kind === 'stopped' && {
      stopped: {
        ...reasoned(state),
        by: state.by,
        ...(state.who && { who: { ...state.who } }),
        troubles: state.troubles.map((each) => ({ ...each })),
      },
    }),
  };
}

function isBeingPlanned({ position, status }: Migration): boolean {
  return position === PREFLIGHT && status.kind !== 'blocked';
}

function placeView(migration: Migration, now: number): RolloutView['in'][number] {
  const { id, shoot, target, gate, steps, createdAt } = migration;
  const begun = steps.find(({ name, startedAt }) => name !== PREFLIGHT && startedAt !== undefined);
  return {
    migration: id,
    shoot: shoot.key,
    project: target.project,
    ...(target.seed !== undefined && { seed: target.seed }),
    phase: phaseOf(migration, now),
    by: gate?.letIn?.by ?? 'before',
    since: gate?.letIn?.at ?? begun?.startedAt ?? createdAt,
  };
}

function waitingView({ migration, place, isCanary, notYet }: InLine): WaitingShoot {
  const { id, shoot, target, gate, createdAt } = migration;
  return {
    place,
    migration: id,
    shoot: shoot.key,
    project: target.project,
    ...(target.seed !== undefined && { seed: target.seed }),
    canary: isCanary,
    since: gate?.since ?? createdAt,
    why: reasoned(notYet),
  };
}

function holdView(hold: Hold, { now, active, holds }: FleetRead): RolloutView['holds'][number] {
  const { kind, name, since, who, release } = hold;
  const left = release === undefined ? 0 : resumeOrder(active, holds).length;
  return {
    kind,
    ...(kind !== 'all' && { name }),
    since,
    ...(who && { who: { ...who } }),
    ...(release && {
      release: {
        perMinute: release.perMinute,
        since: release.since,
        ...(release.who && { who: { ...release.who } }),
        left,
        ...(left > 0 && { endsAbout: new Date(goesOnAbout(release, left - 1, now)).toISOString() }),
      },
    }),
  };
}

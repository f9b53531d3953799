import { gateClosed, hasIdlePlace, mayBeLetIn } from '../engine/gate.ts';
import { isOpen } from '../migration/maintenance-window.ts';
import { hasBegun, isGated, type Migration } from '../migration/migration.ts';
import type { Rollout, Trouble } from '../store/rollout.ts';
import { type Canary, canariesOf, hasPassed, troubleOf } from './canaries.ts';
import { inLine } from './line.ts';
import { fullness, type Load, loadOf, takesPlace, withOneMore } from './load.ts';
import type { RolloutReason } from './reasons.ts';

/** All that is known when it is decided who is let in. */
export interface FleetFacts {
  /** Milliseconds. */
  readonly now: number;
  readonly rollout: Rollout;
  /** Every active migration. */
  readonly active: readonly Migration[];
  /** The newest migrations of canaries that have no active one, by shoot. */
  readonly endedCanaries: ReadonlyMap<string, Migration>;
  /** Everything is paused. */
  readonly held: boolean;
}

/** What is to be done about a fleet. */
export interface FleetDecision {
  readonly canaries: readonly Canary[];
  /** All with which something is wrong that nobody has accepted, and that counts. */
  readonly troubles: readonly Trouble[];
  /** Why the rollout has to stop; undefined while it has not, and when it has stopped already. */
  readonly stop: { readonly reason: RolloutReason; readonly message: string } | undefined;
  /** Those that have to be let in from now on. */
  readonly close: readonly Migration[];
  /** Those that were let in, and whose places are of no use to them. */
  readonly giveBack: readonly Migration[];
  /** Whose turn it is, in this order. */
  readonly letIn: readonly Migration[];
}

/**
 * Decides, from how things are alone: so it does not matter when it was last decided, by whom, and how much of that was done. The
 * list of conditions in {@link turn} is the documentation of who is let in.
 */
export function decide(facts: FleetFacts): FleetDecision {
  const { rollout, active } = facts;
  const canaries = canariesIn(facts);
  const troubles = troublesIn(facts, canaries);
  const stop = rollout.state.kind === 'running' ? stopFor(facts, troubles) : undefined;
  const stands = rollout.state.kind !== 'running' || stop !== undefined || facts.held;
  const moment = { at: rollout.setAt, by: 'schedule' } as const;
  return {
    canaries,
    troubles,
    stop,
    close: active.filter((migration) => gateClosed(migration, rollout.id, moment) !== undefined),
    giveBack: active.filter(hasIdlePlace),
    letIn: stands ? [] : turn(facts, canaries),
  };
}

export function canariesIn({ rollout, active, endedCanaries }: FleetFacts): readonly Canary[] {
  const byShoot = new Map(active.map((migration) => [migration.shoot.key, migration]));
  return canariesOf(rollout, (shoot) => byShoot.get(shoot) ?? endedCanaries.get(shoot));
}

/** What takes up places now. */
export function presentLoad({ active, rollout }: Pick<FleetFacts, 'active' | 'rollout'>): Load {
  return loadOf(active.filter((migration) => takesPlace(migration, rollout)));
}

/** Whether it is one that the rollout still has to let in, whatever else it waits for. */
export function isWaiting(migration: Migration): boolean {
  return migration.active && isGated(migration) && !hasBegun(migration);
}

/** Whether it may begin at `now`: so that no place is taken by who sleeps. */
export function isAwake({ gate, maintenanceWindow }: Migration, now: number): boolean {
  const isDue = gate?.notBefore === undefined || Date.parse(gate.notBefore) <= now;
  return isDue && (maintenanceWindow === undefined || isOpen(maintenanceWindow, now));
}

function turn(facts: FleetFacts, canaries: readonly Canary[]): readonly Migration[] {
  const { now, rollout, active } = facts;
  const named = new Set(rollout.policy.canaries);
  const onlyCanaries = canaries.some((each) => !hasPassed(each));
  const candidates = active.filter(
    (migration) =>
      // It has a plan, and neither a pause, an abort nor a block keeps it.
      mayBeLetIn(migration) &&
      // Its window is open, or it has none.
      isAwake(migration, now) &&
      // Canaries come first, and have to have succeeded.
      (!onlyCanaries || named.has(migration.shoot.key)),
  );
  let load = presentLoad(facts);
  const next: Migration[] = [];
  for (const migration of inLine(candidates, load, ({ shoot }) => named.has(shoot.key))) {
    if (fullness(migration, load, rollout.policy) !== undefined) continue;
    next.push(migration);
    load = withOneMore(load, migration);
  }
  return next;
}

/**
 * A block counts where this rollout let the shoot in, or where it is a canary. Of one that was begun by hand or before the policy
 * was set, somebody else knows; and a preflight that blocks has changed nothing, and is not the others' concern.
 */
function troublesIn({ rollout, active }: FleetFacts, canaries: readonly Canary[]): readonly Trouble[] {
  const ofCanaries = canaries.flatMap((canary) => troubleOf(canary) ?? []);
  const isKnown = new Set([
    ...rollout.accepted.map(({ migration }) => migration),
    ...ofCanaries.map(({ migration }) => migration),
  ]);
  const others = active.flatMap((migration): Trouble[] => {
    const { id, shoot, status, gate } = migration;
    const ours = gate?.letIn?.by === 'rollout' && gate.rollout === rollout.id;
    if (status.kind !== 'blocked' || !ours || !hasBegun(migration) || isKnown.has(id)) return [];
    const message = `${shoot.key} is blocked since ${status.since}: ${status.reason}`;
    return [{ migration: id, shoot: shoot.key, reason: 'ShootsBlocked', message }];
  });
  return [...ofCanaries, ...others];
}

function stopFor({ rollout }: FleetFacts, troubles: readonly Trouble[]): FleetDecision['stop'] {
  const [first] = troubles;
  if (first === undefined) return undefined;
  const message = troubles.map((each) => each.message).join('; ');
  if (first.reason === 'CanaryBlocked' || first.reason === 'CanaryLedBack') {
    return { reason: first.reason, message };
  }
  const { stopAfterBlocked } = rollout.policy;
  return troubles.length < stopAfterBlocked ? undefined : { reason: 'ShootsBlocked', message };
}

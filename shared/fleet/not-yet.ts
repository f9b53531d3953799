import { mayBeLetIn } from '../engine/gate.ts';
import { nextOpening } from '../migration/maintenance-window.ts';
import type { Migration } from '../migration/migration.ts';
import { PREFLIGHT } from '../migration/steps.ts';
import { type Canary, hasPassed } from './canaries.ts';
import { decide, type FleetFacts, isAwake, isWaiting, presentLoad } from './decide.ts';
import { inLine } from './line.ts';
import { fullness, type Load, withOneMore } from './load.ts';
import type { RolloutReason } from './reasons.ts';

/** Why a shoot that waits for its turn is not let in now. */
interface NotYet {
  readonly reason: RolloutReason | 'OutsideMaintenanceWindow' | 'Paused';
  readonly message: string;
}

/** One that waits for its turn, with its place from 1 in the order of the turns. */
export interface InLine {
  readonly migration: Migration;
  readonly place: number;
  readonly isCanary: boolean;
  readonly notYet: NotYet;
}

/** All that have a plan and wait for nothing but their turn, in the order in which they are let in if nothing else keeps them. */
export function line(facts: FleetFacts): readonly InLine[] {
  const { rollout, active } = facts;
  const { canaries, letIn, stop } = decide(facts);
  const stopped = facts.rollout.state.kind === 'stopped' ? facts.rollout.state.message : stop?.message;
  const named = new Set(rollout.policy.canaries);
  const next = new Set(letIn.map(({ id }) => id));
  const load = letIn.reduce(withOneMore, presentLoad(facts));
  const waiting = active.filter(
    (each) => isWaiting(each) && each.position !== PREFLIGHT && each.status.kind !== 'blocked',
  );
  return inLine(waiting, presentLoad(facts), ({ shoot }) => named.has(shoot.key)).map((migration, index) => {
    const isCanary = named.has(migration.shoot.key);
    const kept = next.has(migration.id)
      ? undefined
      : keptBy(migration, facts, { canaries, isCanary, load, stopped });
    const notYet = kept ?? { reason: 'NextInLine', message: 'it is let in within a minute' };
    return { migration, place: index + 1, isCanary, notYet };
  });
}

/** What is known beside the facts. */
interface Present {
  readonly canaries: readonly Canary[];
  readonly isCanary: boolean;
  /** With those that are let in now. */
  readonly load: Load;
  /** Why the rollout has stopped, or is about to. */
  readonly stopped: string | undefined;
}

/** The first of what keeps it; undefined where nothing does. */
function keptBy(
  migration: Migration,
  { now, rollout, held }: FleetFacts,
  { canaries, isCanary, load, stopped }: Present,
): NotYet | undefined {
  if (stopped !== undefined) {
    return { reason: 'RolloutStopped', message: `the rollout has stopped: ${stopped}` };
  }
  if (held) return { reason: 'EverythingPaused', message: 'everything is paused' };
  if (migration.paused) return { reason: 'Paused', message: 'it is paused' };
  const awaited = canaries.filter((each) => !hasPassed(each));
  if (!isCanary && awaited.length > 0) return keptByCanaries(awaited);
  if (!isAwake(migration, now)) return asleep(migration, now);
  return mayBeLetIn(migration) ? fullness(migration, load, rollout.policy) : undefined;
}

function keptByCanaries(awaited: readonly Canary[]): NotYet {
  const unknown = awaited.filter(({ state }) => state === 'no migration').map(({ shoot }) => shoot);
  if (unknown.length > 0) {
    const message = `the canary ${unknown.join(', ')} has no migration: let its owner ask for dual-stack, or take it out of the policy`;
    return { reason: 'CanaryUnknown', message };
  }
  const names = awaited.map(({ shoot, state }) => `${shoot} (${state})`).join(', ');
  return { reason: 'WaitsForCanary', message: `the canary ${names} has to be dual-stack first` };
}

function asleep({ gate, maintenanceWindow }: Migration, now: number): NotYet {
  if (gate?.notBefore !== undefined && Date.parse(gate.notBefore) > now) {
    const message = `it waited for something else when it was let in, and is asked again at ${gate.notBefore}`;
    return { reason: 'GaveItsPlace', message };
  }
  const opening = maintenanceWindow === undefined ? now : nextOpening(maintenanceWindow, now);
  const message = `its maintenance window opens at ${new Date(opening).toISOString()}`;
  return { reason: 'OutsideMaintenanceWindow', message };
}

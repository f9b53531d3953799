import { isRunning, type Migration, onlyPlanned } from '../migration/migration.ts';
import type { Strategy } from '../migration/plan.ts';
import { PREFLIGHT, type StepName } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import type { Engine } from './engine.ts';
import { entry, momentOf, type NudgingMoment } from './history-lines.ts';
import type { Nudge, Wishes } from './nudge.ts';
import { ready, refused } from './transitions.ts';

/** Why a wish is not followed. */
export const WISH_REASONS = {
  NotAnOperator: 'Only an operator’s message may choose a strategy or accept a loss of traffic.',
  StrategyFixed: 'The strategy can be chosen until the first step after the preflight begins, not later.',
  PlanBeingMade: 'The preflight is making the plan right now; ask again when it is done.',
} as const;

/**
 * Writes what a nudge for `step` asks for into the migration's plan, before the step runs and also when it will not. May be
 * repeated: what was said already is not said again. Does nothing for a migration that has ended; the claim refuses that.
 */
export async function takeUpWishes(
  engine: Engine,
  found: Migration,
  step: StepName,
  nudge: Nudge,
): Promise<Migration> {
  if (nudge.acknowledgeTrafficLoss === undefined && nudge.strategy === undefined) return found;
  const moment = { ...momentOf(engine, nudge), nudgeId: engine.newId() };
  const stored = await engine.migrations.change(found.id, (current) => {
    if (!current.active) return undefined;
    return withWishes(current, step, nudge, moment, engine.clock.now());
  });
  return stored ?? found;
}

function withWishes(
  migration: Migration,
  step: StepName,
  { acknowledgeTrafficLoss, strategy }: Wishes,
  moment: NudgingMoment,
  now: number,
): MigrationChange | undefined {
  if (moment.by !== 'operator') return notFollowed(migration, step, 'NotAnOperator', moment);
  const said = acknowledgeTrafficLoss === true ? acknowledged(migration, moment) : { migration };
  const asked =
    strategy === undefined
      ? { migration: said.migration }
      : wished(said.migration, step, strategy, moment, now);
  const history = [...(said.history ?? []), ...(asked.history ?? [])];
  return history.length === 0 ? undefined : { migration: asked.migration, history };
}

function acknowledged(migration: Migration, moment: NudgingMoment): MigrationChange {
  if (migration.plan.trafficLossAcknowledgedAt !== undefined) return { migration };
  const plan = { ...migration.plan, trafficLossAcknowledgedAt: moment.at };
  const line = entry(moment, undefined, 'acknowledged', 'traffic may be lost during the migration');
  return { migration: { ...migration, plan }, history: [line] };
}

/** Another strategy is another plan: the preflight comes next. */
function wished(
  migration: Migration,
  step: StepName,
  strategy: Strategy,
  moment: NudgingMoment,
  now: number,
): MigrationChange {
  if (migration.plan.wish === strategy) return { migration };
  if (!onlyPlanned(migration)) return notFollowed(migration, step, 'StrategyFixed', moment);
  // What runs now has read the old wish, and would come to a plan without the new one.
  if (isRunning(migration, now)) return notFollowed(migration, step, 'PlanBeingMade', moment);
  const plan = { ...migration.plan, wish: strategy };
  const line = entry(moment, PREFLIGHT, 'wished', `the strategy is to be ${strategy}`);
  return {
    migration: ready({ ...migration, plan, wakeAt: undefined }, PREFLIGHT, moment),
    history: [line],
  };
}

function notFollowed(
  migration: Migration,
  step: StepName,
  reason: keyof typeof WISH_REASONS,
  moment: NudgingMoment,
): MigrationChange {
  return refused(migration, { reason, message: WISH_REASONS[reason], step }, moment);
}

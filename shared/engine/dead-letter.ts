import { timestamp } from '../clock.ts';
import { abortIsPending, isRunning, type Migration, stepRecordOf } from '../migration/migration.ts';
import { isStepName, type StepName } from '../migration/steps.ts';
import { logBlock } from './block-line.ts';
import type { Engine } from './engine.ts';
import type { Moment } from './history-lines.ts';
import { migrationOf, nudgeSchema } from './nudge.ts';
import type { TERMINAL_REASONS, WAIT_REASONS } from './terminal.ts';
import { blockedFromOutside, waitsFor } from './transitions.ts';

/** A message that the bus gave up on. */
export interface DeadMessage {
  /** Topic on which it was published first. */
  readonly topic: string | undefined;
  readonly body: unknown;
  readonly deliveries: string | undefined;
}

/** What became of the migration that a dead message was to move. */
export interface TakenUp {
  readonly migration: string;
  readonly now: 'blocked' | 'waiting';
}

/** The bus tries for some 40 minutes before it gives up. */
const LOOK_AGAIN_SECONDS = 600;
/** An outage of more than a day is for somebody to look at, and so is an operation that hangs for as long. */
const LONGEST_OUTAGE_SECONDS = 24 * 3_600;

/**
 * Takes up a message whose deliveries all failed. If it was a nudge for a migration's current step, that migration waits
 * while cloud or cluster give no answer, for at most a day; else it is blocked with a reason, so that an operator sees it.
 * Any other message could not have moved anything any more: undefined. May be repeated.
 */
export async function takeUpDeadMessage(engine: Engine, message: DeadMessage): Promise<TakenUp | undefined> {
  const nudge = nudgeSchema.safeParse(message.body);
  const step = message.topic;
  if (!nudge.success || step === undefined || !isStepName(step)) return undefined;
  const found = await migrationOf(engine, nudge.data);
  if (found === undefined) return undefined;
  let now: TakenUp['now'] | undefined;
  const stored = await engine.migrations.change(found.id, (current) => {
    now = undefined;
    if (!wasToBeMoved(current, step, engine.clock.now())) return undefined;
    const { lastFailure = 'unknown', awaySince } = stepRecordOf(current, step);
    const moment: Moment = { at: timestamp(engine.clock), by: 'engine' };
    if (awaySince !== undefined && !isOver(awaySince, LONGEST_OUTAGE_SECONDS, engine.clock.now())) {
      now = 'waiting';
      const wait = {
        reason: 'NoAnswer' satisfies keyof typeof WAIT_REASONS,
        message: `every attempt since ${awaySince} failed, the last one with: ${lastFailure}`,
        // It has a bound of its own.
        patient: true,
      } as const;
      return waitsFor(
        { ...current, lease: undefined },
        wait,
        timestamp(engine.clock, LOOK_AGAIN_SECONDS * 1_000),
        moment,
      );
    }
    now = 'blocked';
    return blockedFromOutside(
      current,
      {
        reason: 'DeliveriesExhausted' satisfies keyof typeof TERMINAL_REASONS,
        message: `${step} failed ${message.deliveries ?? 'too many'} times; last: ${lastFailure}.`,
        remedy: `Remove the cause, then publish {"shoot":"${current.shoot.key}"} on the topic ${step}.`,
      },
      moment,
    );
  });
  if (now === 'blocked' && stored !== undefined) logBlock(engine.log, stored);
  return now && { migration: found.id, now };
}

/** Nothing else moves the migration: its status is as the failed run, or the one that died, has left it. */
function wasToBeMoved(migration: Migration, step: StepName, now: number): boolean {
  const { active, position, status } = migration;
  // A run that killed its instance every time left the status as it was: running, with a lease that ran out.
  const onItsWay = status.kind === 'ready' || status.kind === 'running';
  // A run that died with an abort pending is followed by the way back, not by another try of the step.
  return active && position === step && onItsWay && !isRunning(migration, now) && !abortIsPending(migration);
}

function isOver(since: string, seconds: number, now: number): boolean {
  return Date.parse(since) + seconds * 1_000 <= now;
}

import { isRunning, type Migration } from '../migration/migration.ts';
import { ABORT } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { ADMISSION_REASONS } from './admit.ts';
import type { Engine } from './engine.ts';
import { entry, momentOf, type NudgingMoment } from './history-lines.ts';
import { migrationOf, type Nudge } from './nudge.ts';
import { type NudgeResult, runStep } from './run-step.ts';
import { refused, turnedBack } from './transitions.ts';

/** What became of a message on the topic `abort`; for the log. */
export type AbortResult =
  | NudgeResult
  /** A run is at work; at its next safe point it makes room for the way back. */
  | { readonly kind: 'abort requested'; readonly migration: string }
  | {
      readonly kind: 'not aborted';
      readonly migration: string;
      readonly reason: AbortRefusal;
      readonly message: string;
    };

/** Why a migration is not aborted although an operator asked for it. */
export const ABORT_REASONS = {
  MigrationFinished: ADMISSION_REASONS.MigrationFinished,
  AbortUnderWay: 'The migration is being led back already.',
} as const;
export type AbortRefusal = keyof typeof ABORT_REASONS;

/**
 * Takes in a message on the topic `abort`. From an operator it asks for the way back: the step `abort` takes the place of the
 * migration's present step, at once, or as soon as the run that holds it comes to a safe point; asked again, it is run
 * again, as any step published by hand. From anybody else it is a nudge of that step and nothing more.
 *
 * @throws whatever made the run of `abort` fail, as {@link runStep} does; the request stands then.
 */
export async function abort(engine: Engine, nudge: Nudge): Promise<AbortResult> {
  if (nudge.cause !== 'operator') return await runStep(engine, ABORT, nudge);
  const found = await migrationOf(engine, nudge);
  if (found === undefined) {
    return { kind: 'unknown shoot', message: `no migration of the shoot ${nudge.shoot} is known` };
  }
  const { id } = found;
  let request: Request | undefined;
  await engine.migrations.change(id, (current) => {
    const moment = { ...momentOf(engine, nudge), nudgeId: engine.newId() };
    request = requested(current, moment, engine.clock.now());
    return request.change;
  });
  const verdict = request?.verdict ?? 'run';
  if (verdict === 'run') return await runStep(engine, ABORT, { ...nudge, migration: id });
  if (verdict === 'recorded') return { kind: 'abort requested', migration: id };
  return { kind: 'not aborted', migration: id, reason: verdict, message: ABORT_REASONS[verdict] };
}

interface Request {
  readonly verdict: 'run' | 'recorded' | AbortRefusal;
  readonly change: MigrationChange | undefined;
}

/** The request, decided at `now` (milliseconds). A paused migration is no longer paused: who wants to go back wants to go. */
function requested(migration: Migration, moment: NudgingMoment, now: number): Request {
  const running = isRunning(migration, now);
  if (!migration.active) return turnedDown(migration, 'MigrationFinished', moment);
  if (migration.abort !== undefined) {
    return running ? turnedDown(migration, 'AbortUnderWay', moment) : { verdict: 'run', change: undefined };
  }
  const asked: Migration = {
    ...migration,
    paused: false,
    pausedBy: undefined,
    abort: { requestedAt: moment.at, from: migration.position },
  };
  const history = [entry(moment, migration.position, 'abort requested', 'the way back is to be taken')];
  return running
    ? { verdict: 'recorded', change: { migration: asked, history } }
    : { verdict: 'run', change: { migration: turnedBack(asked, moment), history } };
}

function turnedDown(migration: Migration, reason: AbortRefusal, moment: NudgingMoment): Request {
  const refusal = { reason, message: ABORT_REASONS[reason], step: ABORT } as const;
  return { verdict: reason, change: refused(migration, refusal, moment) };
}

import { timestamp } from '../clock.ts';
import type { Outcome } from '../migration/outcome.ts';
import { ABORT, type StepName } from '../migration/steps.ts';
import type { AdmissionReason } from './admit.ts';
import { logBlock } from './block-line.ts';
import { type Claim, claim } from './claim.ts';
import type { Engine } from './engine.ts';
import { AbortRefused, describeError, LeaseLost } from './errors.ts';
import { momentOf } from './history-lines.ts';
import { migrationOf, type Nudge } from './nudge.ts';
import { flushOutbox } from './outbox.ts';
import { runRounds } from './run.ts';
import { NOBODY, type RunTelemetry } from './telemetry.ts';
import { isAway, outcomeOfError } from './terminal.ts';
import { abortRefused, concluded, failed, interrupted, refused } from './transitions.ts';
import { takeUpWishes } from './wishes.ts';

/** What a run came to; `handed over` to the next one, or to nobody while the migration is paused. */
export type Ending = Outcome['kind'] | 'handed over' | 'abort refused';

/** What became of a nudge; for the log. */
export type NudgeResult =
  | { readonly kind: 'ran'; readonly migration: string; readonly outcome: Ending }
  | { readonly kind: 'lease lost'; readonly migration: string }
  | {
      readonly kind: 'waits for the maintenance window' | 'waits for the rollout';
      readonly migration: string;
    }
  | {
      readonly kind: 'not run';
      readonly migration: string;
      readonly reason: AdmissionReason;
      readonly message: string;
    }
  | { readonly kind: 'unknown shoot'; readonly message: string };

/**
 * A nudge's whole way: find the migration, claim it, run the step, record the outcome with the next nudge in the outbox,
 * publish that. Each part may be cut off after any line, and the whole may be repeated at any time. `messageId` is the bus' own:
 * what an operator asked for once is not done twice because the message came twice.
 *
 * @throws whatever made the run fail and is worth another delivery of the message; the failure is on record then.
 */
export async function runStep(
  engine: Engine,
  stepName: StepName,
  nudge: Nudge,
  messageId?: string,
): Promise<NudgeResult> {
  const found = await migrationOf(engine, nudge);
  if (found === undefined) {
    return { kind: 'unknown shoot', message: `no migration of the shoot ${nudge.shoot} is known` };
  }
  const nudged = { migration: found, step: stepName, cause: nudge.cause };
  return await (engine.telemetry ?? NOBODY).nudge(nudged, async (seen) => {
    const present = await takeUpWishes(engine, found, stepName, nudge);
    const { cause, who } = nudge;
    const attempt = await claim(engine, present, stepName, { cause, who, messageId });
    if (attempt === undefined) {
      return { kind: 'unknown shoot', message: `migration ${found.id} is no longer stored` };
    }
    if (attempt.claim === undefined) return await turnedAway(engine, stepName, nudge, attempt);
    seen.claimed(attempt.claim.migration);
    return await runClaimed(engine, stepName, nudge, { held: attempt.claim, seen });
  });
}

/** A claim, and who is told of what is done under it. */
interface Claimed {
  readonly held: Claim;
  readonly seen: RunTelemetry;
}

async function turnedAway(
  engine: Engine,
  step: StepName,
  nudge: Nudge,
  { admission, migration }: NonNullable<Awaited<ReturnType<typeof claim>>>,
): Promise<NudgeResult> {
  if (admission.kind === 'wait-for-window') {
    return { kind: 'waits for the maintenance window', migration: migration.id };
  }
  if (admission.kind === 'wait-for-rollout') {
    return { kind: 'waits for the rollout', migration: migration.id };
  }
  if (admission.kind === 'run') throw new Error(`${step} was admitted but not claimed`);
  const { reason, message } = admission;
  if (nudge.cause === 'operator' && reason !== 'AlreadyHandled') {
    const moment = momentOf(engine, nudge);
    await engine.migrations.change(migration.id, (current) =>
      refused(current, { reason, message, step }, moment),
    );
  }
  // Its wish, or the death of the run before it, made another step the present one.
  if (nudge.strategy !== undefined || migration.position === ABORT) await flushOutbox(engine, migration);
  return { kind: 'not run', migration: migration.id, reason, message };
}

async function runClaimed(
  engine: Engine,
  stepName: StepName,
  nudge: Nudge,
  { held, seen }: Claimed,
): Promise<NudgeResult> {
  const id = held.migration.id;
  const step = engine.steps.get(stepName);
  if (step === undefined) throw new Error(`step ${stepName} has no implementation`);
  let ending: Ending;
  try {
    ending = await conclude(engine, held, nudge, runRounds(engine, step, held, nudge, seen));
    seen.concluded(held.migration);
  } catch (error) {
    if (error instanceof LeaseLost) return { kind: 'lease lost', migration: id };
    await recordFailure(engine, held, nudge, error);
    throw error;
  }
  await flushOutbox(engine, held.migration);
  return { kind: 'ran', migration: id, outcome: ending };
}

/** Records what the run came to, without an outcome that another one goes on, and lets go of the lease. */
async function conclude(
  engine: Engine,
  held: Claim,
  nudge: Nudge,
  rounds: Promise<Outcome | undefined>,
): Promise<Ending> {
  const result = await resultOf(rounds);
  const moment = { ...momentOf(engine, nudge), nudgeId: engine.newId() };
  if (result instanceof AbortRefused) {
    if (held.migration.position !== ABORT) throw result;
    await held.write((current) => abortRefused(current, result, moment));
    return 'abort refused';
  }
  const stored = await held.write((current) =>
    result === undefined
      ? interrupted(current, moment)
      : concluded(current, result, {
          ...moment,
          wakeAt: wakeAt(engine, result),
          letGo: !isShortWait(engine, result),
        }),
  );
  logBlock(engine.log, stored);
  return result?.kind ?? 'handed over';
}

/** An error that no further try can mend is a result like any other: blocked, with what a human must do, or no way back. */
async function resultOf(rounds: Promise<Outcome | undefined>): Promise<Outcome | AbortRefused | undefined> {
  try {
    return await rounds;
  } catch (error) {
    if (error instanceof AbortRefused) return error;
    const outcome = outcomeOfError(error);
    if (outcome === undefined) throw error;
    return outcome;
  }
}

/** One that did not fit into what was left of the run: the step did not choose to be left alone. */
function isShortWait({ limits }: Engine, outcome: Outcome): boolean {
  return outcome.kind === 'waiting' && outcome.lookAgainAfterSeconds <= limits.shortWaitSeconds;
}

function wakeAt(engine: Engine, outcome: Outcome) {
  return outcome.kind === 'waiting'
    ? timestamp(engine.clock, outcome.lookAgainAfterSeconds * 1000)
    : undefined;
}

async function recordFailure(engine: Engine, held: Claim, nudge: Nudge, error: unknown): Promise<void> {
  const message = describeError(error);
  engine.log.warn(
    { migration: held.migration.id, step: held.migration.position, error: message },
    'run failed',
  );
  try {
    const moment = { ...momentOf(engine, nudge), nudgeId: engine.newId() };
    await flushOutbox(
      engine,
      await held.write((current) => failed(current, { message, away: isAway(error) }, moment)),
    );
  } catch (second) {
    // The store is away, or the lease is: the failure itself is what the bus must hear of.
    engine.log.warn({ error: describeError(second) }, 'the failure could not be recorded');
  }
}

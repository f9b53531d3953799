import { type Timestamp, timestamp } from '../clock.ts';
import { isMidway, type Migration, type MigrationStatus, withStepRecord } from '../migration/migration.ts';
import type { Outcome, Progress } from '../migration/outcome.ts';
import type { Plan } from '../migration/plan.ts';
import type { StepName } from '../migration/steps.ts';
import type { Claim } from './claim.ts';
import type { Engine } from './engine.ts';
import { describeError, LeaseLost } from './errors.ts';
import { whileHeld } from './held-ports.ts';
import { type Asker, entry, momentOf } from './history-lines.ts';
import { podRouteRecords } from './pod-route-records.ts';
import type { Ports } from './ports.ts';
import { isToStop } from './safe-point.ts';
import { inVain, withStandstill } from './standstill.ts';
import type { RoundResult, Step, StepRun } from './step.ts';
import { type Supervision, sleptThrough, supervise } from './supervision.ts';
import type { RunTelemetry } from './telemetry.ts';
import { outcomeOfError } from './terminal.ts';

type Running = Extract<MigrationStatus, { kind: 'running' }>;
type Waiting = Extract<Outcome, { kind: 'waiting' }>;

/** A claim, who caused the run under it, and what watches over that. */
interface Held {
  readonly held: Claim;
  readonly asker: Asker;
  readonly supervision: Supervision;
  readonly seen: RunTelemetry;
}

/** The same act, decided this often in a row, changes nothing: something is wrong with the step or the world. */
const MOST_REPETITIONS = 8;

/** Rounds after which a run hands over to the next, whatever the clock says. */
const MOST_ROUNDS = 2_000;

/**
 * Runs rounds of the step until it comes to an outcome. Returns undefined when the run's time is up, its instance goes
 * down or an operator wants it to stop first: then another run goes on, or the way back does.
 *
 * @throws LeaseLost when another run has taken over; whatever the step threw otherwise.
 */
export async function runRounds(
  engine: Engine,
  step: Step,
  held: Claim,
  asker: Asker,
  seen: RunTelemetry,
): Promise<Outcome | undefined> {
  const supervision = supervise(engine, held);
  try {
    const opened = await engine.openPorts(held.migration, supervision.signal);
    const ports = whileHeld(seen.ports(opened), () => supervision.assertHeld());
    const all = { held, asker, supervision, seen };
    return await rounds(engine, step, stepRun(engine, ports, all), all);
  } catch (error) {
    // A call that was cut short says so in its own words; why it was cut is what counts.
    if (supervision.verdict() === 'lease lost') throw new LeaseLost(held.migration.id, held.fence);
    // What no further try can mend is a verdict, also when it comes while the instance shuts down.
    if (supervision.verdict() === 'interrupted' && outcomeOfError(error) === undefined) {
      engine.log.info({ migration: held.migration.id, error: describeError(error) }, 'run interrupted');
      return undefined;
    }
    throw error;
  } finally {
    await supervision.end();
  }
}

async function rounds(
  engine: Engine,
  step: Step,
  run: StepRun,
  { held, asker, supervision, seen }: Held,
): Promise<Outcome | undefined> {
  const { clock, limits } = engine;
  const endsAt = clock.now() + limits.runSeconds * 1000;
  const repetition = repetitionGuard(step);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (supervision.mustStop()) return undefined;
    // Where traffic depends on the next act, another run would take longer to come than this one may still last.
    const handsOverAt = isMidway(held.migration) ? Number.POSITIVE_INFINITY : endsAt;
    if (clock.now() >= handsOverAt) return undefined;
    const begunAt = clock.now();
    const result = unlessInVain(await step.round(run), held.migration, clock.now());
    if (result.kind === 'acted') {
      repetition(result.description);
      run.log.info({ step: step.name }, result.description);
      seen.part('act', begunAt, result.description);
      const line = entry(momentOf(engine, asker), step.name, 'acted', result.description);
      const midway = result.noPauseAfter ?? false;
      await held.write((current) => ({ migration: afterAct(current, step.name, midway), history: [line] }));
    } else if (result.kind === 'waiting' && isShort(result, limits)) {
      // The next run has the time for it: the tick would wake it up to a minute later.
      if (clock.now() + result.lookAgainAfterSeconds * 1000 > handsOverAt) return undefined;
      await sitOut(engine, result, held, supervision);
      seen.part('wait', begunAt, result.reason);
    } else {
      return result;
    }
    if (isToStop(held.migration)) return undefined;
  }
  return undefined;
}

function unlessInVain(result: RoundResult, migration: Migration, now: number): RoundResult {
  return (result.kind === 'waiting' ? inVain(migration, result, now) : undefined) ?? result;
}

async function sitOut(
  engine: Engine,
  wait: Waiting,
  held: Claim,
  { signal, patience }: Supervision,
): Promise<void> {
  await held.write((current) => ({ migration: sittingOut(current, wait, timestamp(engine.clock)) }));
  if (isToStop(held.migration)) return;
  await sleptThrough(engine, wait.lookAgainAfterSeconds * 1000, patience());
  signal.throwIfAborted();
}

/** Sat out within a run, this one or the next. */
function isShort({ lookAgainAfterSeconds }: Waiting, limits: Engine['limits']): boolean {
  return lookAgainAfterSeconds <= Math.min(limits.shortWaitSeconds, limits.runSeconds);
}

/** What an act reported of itself, or was waited for before it, ends with it; and something was brought about. */
function afterAct(migration: Migration, step: StepName, midway: boolean): Migration {
  const alive = withStepRecord(migration, step, ({ midway: _, deaths: __, ...record }) =>
    midway ? { ...record, midway } : record,
  );
  return showing(alive, { progress: undefined, wait: undefined });
}

/** A wait that ends within the run: shown, and of no further consequence. */
function sittingOut(migration: Migration, wait: Waiting, at: Timestamp): Migration {
  const { reason, message, progress } = wait;
  return showing(withStandstill(migration, wait, at), { progress, wait: { reason, message } });
}

function showing(migration: Migration, shown: Pick<Running, 'progress' | 'wait'>): Migration {
  const { status } = migration;
  return status.kind === 'running' ? { ...migration, status: { ...status, ...shown } } : migration;
}

/** Stops a step that decides the same act again and again although it was done. */
function repetitionGuard(step: Step): (description: string) => void {
  let previous: string | undefined;
  let repetitions = 0;
  return (description) => {
    repetitions = description === previous ? repetitions + 1 : 0;
    previous = description;
    if (repetitions >= MOST_REPETITIONS) {
      throw new Error(`${step.name} decided the same ${repetitions + 1} times in a row: ${description}`);
    }
  };
}

function stepRun(
  engine: Engine,
  ports: Ports,
  { held, asker, supervision: { signal }, seen }: Held,
): StepRun {
  const { clock, log } = engine;
  return {
    get migration() {
      return held.migration;
    },
    ports,
    clock,
    log: log.child({ migration: held.migration.id, shoot: held.migration.shoot.key }),
    cause: asker.cause,
    signal,
    tellNodes: seen.nodes,
    remember: async (mark: string, value: string) => {
      await held.write((current) => ({
        migration: { ...current, marks: { ...current.marks, [mark]: value } },
      }));
    },
    replan: async (plan: Plan, why: string) => {
      // A plan that lost its present step would let the migration end here, as if all were done.
      if (!plan.steps.includes(held.migration.position)) {
        throw new Error(`${held.migration.position} is no step of the plan`);
      }
      await held.write((current) => ({
        migration: { ...current, plan: { ...plan, ...saidByOperator(current.plan) } },
        history: [entry(momentOf(engine, asker), current.position, 'planned', why)],
      }));
    },
    report: async (progress: Progress) => {
      await held.write((current) => ({ migration: showing(current, { progress, wait: undefined }) }));
    },
    ...podRouteRecords(engine, held),
  };
}

/** What an operator said while the plan was being made counts, though the plan does not know it. */
function saidByOperator({ wish, trafficLossAcknowledgedAt }: Plan): Partial<Plan> {
  return { wish, trafficLossAcknowledgedAt };
}

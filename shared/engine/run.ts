import { timestamp } from '../clock.ts';
import { type Migration, type MigrationStatus, withStepRecord } from '../migration/migration.ts';
import type { Outcome, Progress } from '../migration/outcome.ts';
import type { PodRouteRecord } from '../migration/pod-route.ts';
import type { StepName } from '../migration/steps.ts';
import type { Claim } from './claim.ts';
import type { Engine } from './engine.ts';
import { describeError, LeaseLost } from './errors.ts';
import type { Nudge } from './nudge.ts';
import type { Ports } from './ports.ts';
import type { Step, StepRun } from './step.ts';
import { type Supervision, supervise } from './supervision.ts';
import { outcomeOfError } from './terminal.ts';
import { entry } from './transitions.ts';

type Running = Extract<MigrationStatus, { kind: 'running' }>;
type Waiting = Extract<Outcome, { kind: 'waiting' }>;

/** The same act, decided this often in a row, changes nothing: something is wrong with the step or the world. */
const MOST_REPETITIONS = 8;

/** Rounds after which a run hands over to the next, whatever the clock says. */
const MOST_ROUNDS = 2_000;

/**
 * Runs rounds of the step until it comes to an outcome. Returns undefined when the run's time is up or its instance
 * goes down first: then another run goes on.
 *
 * @throws LeaseLost when another run has taken over; whatever the step threw otherwise.
 */
export async function runRounds(
  engine: Engine,
  step: Step,
  held: Claim,
  cause: Nudge['cause'],
): Promise<Outcome | undefined> {
  const supervision = supervise(engine, held);
  try {
    const ports = await engine.openPorts(held.migration, supervision.signal);
    return await rounds(engine, step, stepRun(engine, held, ports, supervision), {
      held,
      cause,
      supervision,
    });
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
  { held, cause, supervision }: { held: Claim; cause: Nudge['cause']; supervision: Supervision },
): Promise<Outcome | undefined> {
  const { clock, limits, shutdown } = engine;
  const endsAt = clock.now() + limits.runSeconds * 1000;
  const repetition = repetitionGuard(step);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (supervision.mustStop() || clock.now() >= endsAt) return undefined;
    const result = await step.round(run);
    if (result.kind === 'acted') {
      repetition(result.description);
      run.log.info({ step: step.name }, result.description);
      const line = entry({ at: timestamp(clock), by: cause }, step.name, 'acted', result.description);
      await held.write((current) => ({ migration: afterAct(current, step.name), history: [line] }));
    } else if (result.kind === 'waiting' && result.lookAgainAfterSeconds <= limits.shortWaitSeconds) {
      await held.write((current) => ({ migration: sittingOut(current, result) }));
      const patience = AbortSignal.any([supervision.signal, shutdown]);
      await clock.sleep(result.lookAgainAfterSeconds * 1000, patience);
    } else {
      return result;
    }
  }
  return undefined;
}

/** What an act reported of itself, or was waited for before it, ends with it; and something was brought about. */
function afterAct(migration: Migration, step: StepName): Migration {
  const alive = withStepRecord(migration, step, (record) => ({ ...record, deaths: undefined }));
  return showing(alive, { progress: undefined, wait: undefined });
}

/** A wait that ends within the run: shown, and of no further consequence. */
function sittingOut(migration: Migration, { reason, message, progress }: Waiting): Migration {
  return showing(migration, { progress, wait: { reason, message } });
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

function stepRun(engine: Engine, held: Claim, ports: Ports, { signal }: Supervision): StepRun {
  const { migrations, clock, log } = engine;
  return {
    get migration() {
      return held.migration;
    },
    ports,
    clock,
    log: log.child({ migration: held.migration.id, shoot: held.migration.shoot.key }),
    signal,
    remember: async (mark: string, value: string) => {
      await held.write((current) => ({
        migration: { ...current, marks: { ...current.marks, [mark]: value } },
      }));
    },
    report: async (progress: Progress) => {
      await held.write((current) => ({ migration: showing(current, { progress, wait: undefined }) }));
    },
    podRoutes: async () => await migrations.podRoutes(held.migration.id),
    savePodRoutes: async (records: readonly PodRouteRecord[]) => {
      for (const writes of migrations.podRouteWrites(held.migration.id, records)) {
        await held.write((current) => ({ migration: current, writes }));
      }
    },
  };
}

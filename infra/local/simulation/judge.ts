import type { Tally } from './tally.ts';
import { cleanOf, comparedWith, type Survey, type Trial } from './trial.ts';
import type { Outcome, WorkerPool } from './workers/pool.ts';

/**
 * Runs trials and judges them by the laws and by the clean run. A clean run is run once, however many trials are
 * compared with it, and is on trial itself.
 */
export class Judge {
  readonly #pool: Pick<WorkerPool, 'run'>;
  readonly #tally: Tally;
  readonly #clean = new Map<string, Promise<Survey | undefined>>();

  constructor(pool: Pick<WorkerPool, 'run'>, tally: Tally) {
    this.#pool = pool;
    this.#tally = tally;
  }

  /** What became of it, which was counted; undefined when its thread was lost. */
  async try(campaign: string, trial: Trial): Promise<Survey | undefined> {
    return isClean(trial) ? await this.#cleanRun(campaign, trial) : await this.#run(campaign, trial);
  }

  #cleanRun(campaign: string, trial: Trial): Promise<Survey | undefined> {
    const key = JSON.stringify(trial.case);
    const run = this.#clean.get(key) ?? this.#run(campaign, trial);
    this.#clean.set(key, run);
    return run;
  }

  async #run(campaign: string, trial: Trial): Promise<Survey | undefined> {
    const outcome = await this.#judged(campaign, trial);
    if (outcome.kind === 'stopped') return undefined;
    if (outcome.kind === 'lost') {
      this.#tally.lost(campaign, trial, outcome.why);
      return undefined;
    }
    this.#tally.ran(campaign, trial, outcome.survey.verdict);
    return outcome.survey;
  }

  async #judged(campaign: string, trial: Trial): Promise<Outcome> {
    const clean =
      trial.sameEnd && !isClean(trial)
        ? await this.#cleanRun(campaign, { case: cleanOf(trial.case), sameEnd: false })
        : undefined;
    const outcome = await this.#pool.run(trial.case);
    if (outcome.kind !== 'ran' || clean === undefined) return outcome;
    const verdict = comparedWith(clean.verdict, outcome.survey.verdict);
    return { kind: 'ran', survey: { ...outcome.survey, verdict } };
  }
}

function isClean({ case: { faults, suspendAfterMs } }: Trial): boolean {
  return faults.length === 0 && suspendAfterMs === undefined;
}

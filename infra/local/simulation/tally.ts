import type { Trial } from './trial.ts';
import type { Verdict, Violation } from './verdict.ts';

/** A trial in which a law did not hold; without a verdict when its thread died or hung. */
export interface Failure {
  readonly campaign: string;
  readonly trial: Trial;
  readonly violations: readonly Violation[];
  readonly verdict?: Verdict;
}

/** Counts what became of the cases of a whole invocation. */
export class Tally {
  runs = 0;
  calls = 0;
  simulatedSeconds = 0;
  /** Nodes that were taken through a migration, over all runs. */
  nodes = 0;
  readonly byCampaign = new Map<string, number>();
  readonly endings = new Map<Verdict['ending'] | 'lost', number>();
  readonly failures: Failure[] = [];

  ran(campaign: string, trial: Trial, verdict: Verdict): void {
    this.#count(campaign, verdict.ending);
    this.calls += verdict.calls;
    this.simulatedSeconds += verdict.simulatedSeconds;
    this.nodes += verdict.case.nodes;
    const { violations } = verdict;
    if (violations.length > 0) this.failures.push({ campaign, trial, violations, verdict });
  }

  lost(campaign: string, trial: Trial, why: string): void {
    this.#count(campaign, 'lost');
    const violation: Violation = { law: 'the run is told', atSeconds: 0, message: why };
    this.failures.push({ campaign, trial, violations: [violation] });
  }

  #count(campaign: string, ending: Verdict['ending'] | 'lost'): void {
    this.runs += 1;
    this.byCampaign.set(campaign, (this.byCampaign.get(campaign) ?? 0) + 1);
    this.endings.set(ending, (this.endings.get(ending) ?? 0) + 1);
  }
}

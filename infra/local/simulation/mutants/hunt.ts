import type { Strategy } from '../../../../shared/migration/plan.ts';
import { plainCase } from '../campaigns/campaign.ts';
import { CAMPAIGNS, type CampaignName } from '../campaigns/index.ts';
import type { Case } from '../case.ts';
import { Judge } from '../judge.ts';
import { surveyCase } from '../survey.ts';
import { type Failure, Tally } from '../tally.ts';
import { comparedWith, type Trial } from '../trial.ts';
import type { Verdict, Violation } from '../verdict.ts';
import type { Outcome } from '../workers/pool.ts';

/** The first case that shows a defect, and the laws that it breaks. */
export interface Catch {
  /** `clean run` when nothing had to go wrong for it. */
  readonly campaign: CampaignName | 'clean run' | 'kept cases';
  readonly case: Case;
  readonly violations: readonly Violation[];
  /** How many cases were run, this one included. */
  readonly runs: number;
}

/**
 * Runs clean migrations, the cases that were kept, and then so many of each campaign, until one breaks a law. `references`
 * are the verdicts of the clean runs of the product as it should be.
 *
 * @throws Error when a case cannot be run.
 */
export async function hunt(
  references: readonly Verdict[],
  options: {
    readonly seed: number;
    readonly runsPerCampaign: number;
    readonly first?: CampaignName;
    /** Cases that once showed a defect. */
    readonly kept: readonly Trial[];
  },
): Promise<Catch | { readonly runs: number }> {
  let runs = 0;
  for (const reference of references) {
    runs += 1;
    const { verdict } = await surveyCase(reference.case);
    const { violations } = comparedWith(reference, verdict);
    if (violations.length > 0) return { campaign: 'clean run', case: reference.case, violations, runs };
  }
  for (const trial of options.kept) {
    runs += 1;
    const { verdict } = await surveyCase(trial.case);
    const { violations } = verdict;
    if (violations.length > 0) return { campaign: 'kept cases', case: trial.case, violations, runs };
  }
  const tally = new Tally();
  const judge = new Judge(INLINE, tally);
  const scope = { seed: options.seed, runs: options.runsPerCampaign };
  for (const name of inOrder(options.first)) {
    const surveyor = (theCase: Case) => judge.try(name, { case: theCase, sameEnd: true });
    for await (const trial of CAMPAIGNS[name].trials(scope, surveyor)) {
      runs += 1;
      const survey = await judge.try(name, trial);
      const violations = survey?.verdict.violations ?? [];
      if (violations.length > 0) return { campaign: name, case: trial.case, violations, runs };
      const [failure] = tally.failures;
      // One of those that had to be run to learn what there is.
      if (failure !== undefined) return { campaign: name, ...found(failure), runs };
    }
  }
  return { runs };
}

/** One of each strategy, to be compared with. */
export function cleanCases(seed: number): readonly Case[] {
  const strategies: readonly Strategy[] = ['overlap', 'rollover', 'cutover'];
  return strategies.map((strategy) => plainCase({ seed }, strategy));
}

function inOrder(first: CampaignName | undefined): readonly CampaignName[] {
  const names = Object.keys(CAMPAIGNS) as CampaignName[];
  return first === undefined ? names : [first, ...names.filter((name) => name !== first)];
}

/** @throws Error when the case could not be run at all: that is no law's word. */
function found({ trial, violations, verdict }: Failure): Pick<Catch, 'case' | 'violations'> {
  if (verdict === undefined) throw new Error(violations.map(({ message }) => message).join('; '));
  return { case: trial.case, violations };
}

/** In this very thread, whose modules have the defect. */
const INLINE = {
  run: async (theCase: Case): Promise<Outcome> => {
    try {
      return { kind: 'ran', survey: await surveyCase(theCase) };
    } catch (error) {
      return { kind: 'lost', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  },
};

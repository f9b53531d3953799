import type { LawName } from './laws/law.ts';
import { type BrokenLaw, byLaw, type Example } from './report/summary.ts';
import { type BrokenLaws, shrunk } from './shrink.ts';
import type { Failure } from './tally.ts';

/** More of them say nothing new, and each costs runs to shorten. */
const EXAMPLES_PER_LAW = 3;

/** Each broken law with the first few cases that break it, shortened. */
export async function brokenLawsOf(
  failures: readonly Failure[],
  brokenLaws: BrokenLaws,
  signal: AbortSignal,
): Promise<readonly BrokenLaw[]> {
  const broken: BrokenLaw[] = [];
  for (const [law, all] of byLaw(failures)) {
    const examples: Example[] = [];
    for (const failure of all.slice(0, EXAMPLES_PER_LAW)) {
      examples.push(...(await exampleOf(failure, law, signal.aborted ? undefined : brokenLaws)));
    }
    broken.push({ law, runs: all.length, examples });
  }
  return broken;
}

/** Not shortened when nothing can be run any more, nor when the case takes its thread with it. */
async function exampleOf(failure: Failure, law: LawName, brokenLaws?: BrokenLaws): Promise<Example[]> {
  const { campaign, trial, verdict, violations } = failure;
  const violation = violations.find((each) => each.law === law);
  if (violation === undefined) return [];
  const shortest =
    brokenLaws === undefined || verdict === undefined ? trial : await shrunk(trial, law, brokenLaws);
  const faultsBefore = trial.case.faults.length;
  return [{ campaign, violation, trial: shortest, faultsBefore, historyHash: verdict?.historyHash }];
}

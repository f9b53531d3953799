import type { Case } from './case.ts';
import type { LawName } from './laws/law.ts';
import type { Trial } from './trial.ts';

/** Which laws did not hold in a trial. */
export type BrokenLaws = (trial: Trial) => Promise<ReadonlySet<LawName>>;

/**
 * The case with the fewest of its faults, from the first on, in which the law is still broken. Prefixes are tried from the
 * shortest: that a longer one breaks the law says nothing of a shorter one, and a case has few faults.
 */
export async function shrunk(trial: Trial, law: LawName, brokenLaws: BrokenLaws): Promise<Trial> {
  const { faults } = trial.case;
  for (let length = 0; length < faults.length; length += 1) {
    const shorter: Case = { ...trial.case, faults: faults.slice(0, length) };
    const candidate = { ...trial, case: shorter };
    if ((await brokenLaws(candidate)).has(law)) return candidate;
  }
  return trial;
}

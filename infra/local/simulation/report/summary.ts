import type { LawName } from '../laws/law.ts';
import type { Failure, Tally } from '../tally.ts';
import type { Trial } from '../trial.ts';
import type { Violation } from '../verdict.ts';

/** A case that breaks a law, with the shortest prefix of its faults that still does. */
export interface Example {
  readonly campaign: string;
  readonly violation: Violation;
  /** Shortened. */
  readonly trial: Trial;
  readonly faultsBefore: number;
  /** Of the run as it was found; undefined when its thread was lost. */
  readonly historyHash: string | undefined;
}

/** All runs in which a law did not hold. */
export interface BrokenLaw {
  readonly law: LawName;
  readonly runs: number;
  readonly examples: readonly Example[];
}

/** What an invocation came to. */
export interface Summary {
  readonly interrupted: boolean;
  readonly seed: number;
  readonly runs: number;
  readonly byCampaign: Readonly<Record<string, number>>;
  readonly endings: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly wallSeconds: number;
  readonly runsPerSecond: number;
  /** Nodes migrated a second, in tens: how many migrations of ten nodes that were. */
  readonly tenNodeMigrationsPerSecond: number;
  readonly simulatedHours: number;
  readonly broken: readonly BrokenLaw[];
}

export function summaryOf(
  tally: Tally,
  broken: readonly BrokenLaw[],
  { seed, wallSeconds, interrupted }: { seed: number; wallSeconds: number; interrupted: boolean },
): Summary {
  const perSecond = (count: number) => rounded(count / Math.max(wallSeconds, 0.001));
  return {
    interrupted,
    seed,
    runs: tally.runs,
    byCampaign: Object.fromEntries(tally.byCampaign),
    endings: Object.fromEntries(tally.endings),
    calls: tally.calls,
    wallSeconds: rounded(wallSeconds),
    runsPerSecond: perSecond(tally.runs),
    tenNodeMigrationsPerSecond: perSecond(tally.nodes / 10),
    simulatedHours: rounded(tally.simulatedSeconds / 3_600),
    broken,
  };
}

/** The failures in which each law broke, the law with the most of them first; a failure counts for every law it broke. */
export function byLaw(failures: readonly Failure[]): ReadonlyMap<LawName, readonly Failure[]> {
  const grouped = new Map<LawName, Failure[]>();
  for (const failure of failures) {
    for (const law of new Set(failure.violations.map((violation) => violation.law))) {
      grouped.set(law, [...(grouped.get(law) ?? []), failure]);
    }
  }
  return new Map([...grouped].sort(([, some], [, others]) => others.length - some.length));
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

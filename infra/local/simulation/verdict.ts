import type { Case } from './case.ts';
import type { LawName } from './laws/law.ts';

/** A law of the design that did not hold. */
export interface Violation {
  readonly law: LawName;
  /** Simulated seconds since the shoot was changed. */
  readonly atSeconds: number;
  /** What was seen, with the names of what it concerns, and what was expected. */
  readonly message: string;
}

/** What became of a case. */
export interface Verdict {
  readonly case: Case;
  /** `stuck`: neither ended nor blocked within the bound. */
  readonly ending: 'succeeded' | 'led back' | 'blocked' | 'stuck';
  /** How the migration stands: position, reason and message. */
  readonly standing: string;
  readonly violations: readonly Violation[];
  /** Calls of the product to the world, over all of its runs. */
  readonly calls: number;
  /** SHA-256 over all that happened, in hexadecimal. */
  readonly historyHash: string;
  /** The world as it was left, without what is different in every run (names by chance, times). */
  readonly endState: unknown;
  readonly simulatedSeconds: number;
}

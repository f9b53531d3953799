/** Whether a target was reached. */
export interface Verdict {
  readonly target: string;
  /** The figures that were compared, in words. */
  readonly measured: string;
  readonly reached: boolean;
}

/** A line for each. */
export function verdictLines(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(
    ({ target, measured, reached }) => `${reached ? 'reached    ' : 'NOT reached'}  ${target}: ${measured}`,
  );
}

/** A difference between the configuration and the code. */
export interface Finding {
  /** Which comparison found it: `functions`, `topics`, `environment`, … */
  readonly check: string;
  /** What it is about, e.g. the name of a function. */
  readonly subject: string;
  /** What differs, and what to do. */
  readonly message: string;
}

/**
 * What is only on one side. `missing` says of something that the code has what the configuration lacks, `left over` the
 * other way round.
 */
export function differences(
  check: string,
  sides: { readonly inCode: Iterable<string>; readonly configured: Iterable<string> },
  say: { readonly missing: (name: string) => string; readonly leftOver: (name: string) => string },
): Finding[] {
  const inCode = new Set(sides.inCode);
  const configured = new Set(sides.configured);
  return [
    ...[...inCode.difference(configured)].map((name) => ({
      check,
      subject: name,
      message: say.missing(name),
    })),
    ...[...configured.difference(inCode)].map((name) => ({
      check,
      subject: name,
      message: say.leftOver(name),
    })),
  ].toSorted((a, b) => a.subject.localeCompare(b.subject));
}

import { isDeepStrictEqual } from 'node:util';
import type { Case } from './case.ts';
import type { Verdict } from './verdict.ts';

/** A case and what is demanded of it beside the laws. */
export interface Trial {
  readonly case: Case;
  /** It must end as the same case without its faults does, with the same state of the world. */
  readonly sameEnd: boolean;
}

/** What became of a case, with all that something could have befallen in it, in the order in which it came. */
export interface Survey {
  readonly verdict: Verdict;
  /** What left the product, each named as `compute routes.delete`. */
  readonly calls: readonly string[];
  /** Topics of the messages. */
  readonly messages: readonly string[];
}

/** The case with nothing that goes wrong. */
export function cleanOf({ suspendAfterMs: _, ...theCase }: Case): Case {
  return { ...theCase, faults: [] };
}

/** The verdict, with a violation more when the end is another than that of the clean run. */
export function comparedWith(clean: Verdict, verdict: Verdict): Verdict {
  const message = differenceOf(clean, verdict);
  if (message === undefined) return verdict;
  const atSeconds = verdict.simulatedSeconds;
  return { ...verdict, violations: [...verdict.violations, { law: 'same end', atSeconds, message }] };
}

function differenceOf(clean: Verdict, { ending, standing, endState }: Verdict): string | undefined {
  if (ending !== clean.ending)
    return `${ending} (${standing}) instead of ${clean.ending} (${clean.standing})`;
  return difference(clean.endState, endState, 'the world');
}

/** Where two JSON values first differ, in words; undefined when they do not. */
export function difference(expected: unknown, found: unknown, where: string): string | undefined {
  if (isDeepStrictEqual(expected, found)) return undefined;
  if (!isContainer(expected) || !isContainer(found) || Array.isArray(expected) !== Array.isArray(found)) {
    return `${where}: ${shown(found)} instead of ${shown(expected)}`;
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  for (const key of keys) {
    const inside = difference(Reflect.get(expected, key), Reflect.get(found, key), `${where} › ${key}`);
    if (inside !== undefined) return inside;
  }
  return `${where}: ${shown(found)} instead of ${shown(expected)}`;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 300) ?? 'nothing';
}

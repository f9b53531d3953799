import type { Random } from '../../random.ts';

/** Inclusive bounds of a duration in simulated milliseconds. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

export function spanOf(milliseconds: number): Span {
  return { min: milliseconds, max: milliseconds };
}

/** A duration within the span. */
export function drawn(random: Random, span: Span): number {
  return span.min === span.max ? span.min : Math.round(span.min + random() * (span.max - span.min));
}

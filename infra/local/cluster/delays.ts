import type { Random } from '../random.ts';

/** Simulated milliseconds, drawn uniformly between the two. */
export type Span = readonly [least: number, most: number];

/** How long things take in the simulated cluster. */
export interface Delays {
  /** From a change to the controllers' reaction; changes in between are taken together. */
  readonly reaction: Span;
  /** From a Pod's binding to Running and Ready: pulling the image, the sandbox, the first probe. */
  readonly podStart: Span;
  /** From a Pod's deletion to its disappearance, never longer than its grace period. */
  readonly podTermination: Span;
  /** From a node's disappearance to that of the Pods it ran. */
  readonly podGarbageCollection: Span;
  /** Before a controller tries again what the server refused. */
  readonly retry: Span;
  /** Between two bookmarks of a watch. */
  readonly bookmark: Span;
  /** How long connections are refused while the API server restarts with other Service ranges. */
  readonly serverRestart: Span;
}

export const REALISTIC_DELAYS: Delays = {
  reaction: [20, 100],
  podStart: [2_000, 5_000],
  podTermination: [1_000, 2_000],
  podGarbageCollection: [1_000, 3_000],
  retry: [1_000, 2_000],
  bookmark: [50_000, 60_000],
  serverRestart: [2_000, 5_000],
};

/** A whole number of milliseconds from the span, never less than one: time has to pass. */
export function draw([least, most]: Span, random: Random): number {
  return Math.max(1, Math.round(least + (most - least) * random()));
}

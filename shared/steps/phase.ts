import type { Decision } from '../migration/outcome.ts';

/** What is still lacking for one part of a step to be done, or undefined when nothing is. Pure. */
export type PhaseOf<Seen, Action> = (seen: Seen) => Decision<Action> | undefined;

/** The first phase that lacks something decides. */
export function firstDecision<Seen, Action>(
  phases: readonly PhaseOf<Seen, Action>[],
  seen: Seen,
): Decision<Action> | undefined {
  for (const phase of phases) {
    const decision = phase(seen);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

export function act<Action>(action: Action): Decision<Action> {
  return { kind: 'act', action };
}

/** An act on these items, unless there are none. */
export function actOn<Item, Action>(
  items: readonly Item[],
  action: (items: readonly Item[]) => Action,
): Decision<Action> | undefined {
  return items.length === 0 ? undefined : act(action(items));
}

/** Whole seconds until `seconds` have passed since then (both instants in milliseconds); 0 when they have. */
export function secondsLeft(now: number, since: number, seconds: number): number {
  return Math.max(0, Math.ceil(seconds - (now - since) / 1000));
}

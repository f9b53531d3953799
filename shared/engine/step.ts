import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Cause } from '../migration/history.ts';
import type { Migration } from '../migration/migration.ts';
import type { NodesByCarrier } from '../migration/nodes-by-carrier.ts';
import type { Decision, Outcome, Progress } from '../migration/outcome.ts';
import type { Plan } from '../migration/plan.ts';
import type { PodRouteRecord } from '../migration/pod-route.ts';
import type { StepName } from '../migration/steps.ts';
import type { Ports } from './ports.ts';

/**
 * The contract of a step.
 *
 * A step is level-based: it never hears what happened, it *gathers* how things are, *decides* on facts alone, *acts*,
 * and is then asked again, until its decision is an outcome. So it does not matter whether it runs for the first
 * time, again after a crash between any two lines, twice because a message was delivered twice, or after somebody did
 * part of its work by hand: each time it sees what is there and does the rest.
 *
 * - `gather` only reads. What it returns is all that `decide` knows, the time included.
 * - `decide` is pure. It must come to an outcome once everything is as it should be; the engine stops a step that keeps
 *   acting without end.
 * - `act` brings about one action and may be repeated: it is called again when nobody knows whether the last call
 *   took effect. It awaits what it starts. It records before it destroys ({@link StepRun}).
 * - A thrown error means: try again later (the bus backs off). A `TerminalError` means: a human is needed.
 * - An operator may pause or abort at any time. A run heeds that between two rounds, and nowhere else, so an act is short;
 *   not after an act with `noPauseAfter`. Such an abort finds whatever the forward step left, in any half-done state.
 */
export interface StepDefinition<Facts, Action> {
  readonly name: StepName;
  gather(run: StepRun): Promise<Facts>;
  decide(facts: Facts): Decision<Action>;
  act(action: Action, run: StepRun): Promise<void>;
  /** One line for the history, in the past tense: `deleted 25 pod routes`. */
  describe(action: Action): string;
}

/** What a run of a step works with. Everything it writes is refused once the lease is somebody else's. */
export interface StepRun {
  /** The migration as last read or written by this run. */
  readonly migration: Migration;
  readonly ports: Ports;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who asked for this run: an operator may want what the schedule would not begin now. */
  readonly cause: Cause;
  /** Aborts when the lease is lost or the run's hard limit is reached, not at a shutdown: acts come to their end then. */
  readonly signal: AbortSignal;
  /** Stores a mark of this migration, before the act that it announces. Marks survive crashes and are never lost. */
  remember(mark: string, value: string): Promise<void>;
  /**
   * Replaces the plan, with one line for the history that says why. In the preflight, and when the network shows that the
   * plan cannot be followed. What an operator said of it meanwhile (`wish`, `trafficLossAcknowledgedAt`) stays.
   */
  replan(plan: Plan, why: string): Promise<void>;
  /** For who looks at a step that has just read what carries the nodes; counted only where somebody does. */
  readonly tellNodes?: ((count: () => NodesByCarrier) => void) | undefined;
  /** Shows how far the step is, and renews the lease. Also throws when the lease is lost. */
  report(progress: Progress): Promise<void>;
  /**
   * The records of all pod routes that were ever taken up, by route name. Read once per run, since nobody else writes them, and
   * again after a save that failed. The map does not change; ask again after a save.
   */
  podRoutes(): Promise<ReadonlyMap<string, PodRouteRecord>>;
  /** Stores records of pod routes; when it resolves they are durable. */
  savePodRoutes(records: readonly PodRouteRecord[]): Promise<void>;
}

/** One round of a step, whatever its facts and actions are: the form in which the engine knows it. */
export interface Step {
  readonly name: StepName;
  round(run: StepRun): Promise<RoundResult>;
}

export type RoundResult =
  | Outcome
  | { readonly kind: 'acted'; readonly description: string; readonly noPauseAfter?: boolean };

/** Turns a definition into what the engine runs. */
export function defineStep<Facts, Action>(definition: StepDefinition<Facts, Action>): Step {
  return {
    name: definition.name,
    round: async (run) => {
      const decision = definition.decide(await definition.gather(run));
      if (decision.kind !== 'act') return decision;
      await definition.act(decision.action, run);
      const { action, noPauseAfter = false } = decision;
      return { kind: 'acted', description: definition.describe(action), noPauseAfter };
    },
  };
}

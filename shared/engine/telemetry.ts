import type { Migration } from '../migration/migration.ts';
import type { NodesByCarrier } from '../migration/nodes-by-carrier.ts';
import type { StepName } from '../migration/steps.ts';
import type { Nudge } from './nudge.ts';
import type { Ports } from './ports.ts';
import type { NudgeResult } from './run-step.ts';

/**
 * The port to who watches the engine work: told what happens, for traces, logs and figures. The engine does the same whether
 * anybody listens or not, so no method throws anything of its own, waits for anybody, or changes what it hands on. The one
 * adapter is
 * `shared/telemetry`; an engine without one tells {@link NOBODY}.
 */
export interface Telemetry {
  /** Does the work of a message, whatever that is; `name` is the function's. Its result says of which migration it was. */
  delivery<Result extends object>(delivered: Delivered, work: () => Promise<Result>): Promise<Result>;
  /** Does the work of a nudge whose migration was found. */
  nudge(nudged: Nudged, work: (run: RunTelemetry) => Promise<NudgeResult>): Promise<NudgeResult>;
  /** The migrations that are under way, as the tick has just read them. */
  fleet(active: readonly Migration[]): void;
  /**
   * Sends what was gathered, within a short time that does not depend on who takes it: before the instance stands still, and with
   * `everything` before it ends.
   */
  flush(options?: { readonly everything: boolean }): Promise<void>;
}

export interface Delivered {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Nudged {
  readonly migration: Pick<Migration, 'id' | 'shoot'>;
  readonly step: StepName;
  readonly cause: Nudge['cause'];
}

/** What is told of one run of a step. */
export interface RunTelemetry {
  /** The run holds the migration, under its present fencing token. */
  claimed(migration: Migration): void;
  /** The ports as the run is to use them: the same, but their answers are seen. */
  ports(ports: Ports): Ports;
  /** A part of the run, from an instant (milliseconds) until now. */
  part(kind: 'act' | 'wait', startedAt: number, what: string): void;
  /** The step has just read what carries the nodes; undefined where nobody wants to know. */
  readonly nodes: ((count: () => NodesByCarrier) => void) | undefined;
  /** What the run came to, as stored. */
  concluded(migration: Migration): void;
}

const UNSEEN: RunTelemetry = {
  claimed: () => undefined,
  ports: (ports) => ports,
  part: () => undefined,
  nodes: undefined,
  concluded: () => undefined,
};

export const NOBODY: Telemetry = {
  delivery: (_, work) => work(),
  nudge: (_, work) => work(UNSEEN),
  fleet: () => undefined,
  flush: async () => undefined,
};

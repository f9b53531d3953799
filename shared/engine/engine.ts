import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { StepName } from '../migration/steps.ts';
import type { Documents } from '../store/documents.ts';
import type { MigrationStore } from '../store/migration-store.ts';
import type { GardenConnection, OpenPorts } from './ports.ts';
import type { Step } from './step.ts';
import type { Telemetry } from './telemetry.ts';

/** All that the engine works with; made once per function instance, handed to everything else. */
export interface Engine {
  readonly documents: Documents;
  readonly migrations: MigrationStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who watches; nobody where it is absent. */
  readonly telemetry?: Telemetry | undefined;
  /** A new unique identifier; injected so that runs can be repeatable. */
  readonly newId: () => string;
  readonly openPorts: OpenPorts;
  /** Absent where there is none: then nothing is watched and nothing written back. */
  readonly garden?: GardenConnection | undefined;
  readonly steps: ReadonlyMap<StepName, Step>;
  /** GCP project of shoots whose events do not name one. */
  readonly project: string;
  readonly limits: Limits;
  /** Aborts when this instance is asked to stop; runs end at the next safe point. */
  readonly shutdown: AbortSignal;
}

/** How long things may take, in seconds of the engine's clock. */
export interface Limits {
  /** A lease that is not renewed for this long is up for the next claimant. Renewed three times as often. */
  readonly leaseSeconds: number;
  /** After this a run starts nothing new, but nudges itself. */
  readonly runSeconds: number;
  /** After this even a call that is under way is given up. Below the function's own time-out of 540 s. */
  readonly runHardSeconds: number;
  /** A wait no longer than this is sat out within the run, if it ends within it: the tick wakes only once a minute. */
  readonly shortWaitSeconds: number;
  /** An unpublished nudge older than this is sent again by the tick. */
  readonly outboxSeconds: number;
  /** A migration that is ready to go on but did not for this long is nudged again by the tick. */
  readonly stuckSeconds: number;
}

export const DEFAULT_LIMITS: Limits = {
  leaseSeconds: 90,
  runSeconds: 200,
  runHardSeconds: 290,
  shortWaitSeconds: 60,
  outboxSeconds: 60,
  stuckSeconds: 900,
};

import type { Constraint } from '../../../shared/migration/constraints.ts';
import type { MigrationStatus } from '../../../shared/migration/migration.ts';
import type { Gap } from '../gce/data-plane/outages.ts';
import type { DeadLetter, DeliveryFigures } from './deliveries.ts';
import type { ErrorLine } from './error-lines.ts';
import type { Struck } from './fleet.ts';
import type { InstanceEnd } from './instance.ts';
import type { ShootOrder } from './shoot-order.ts';

/** What was to be seen of one shoot at the end; instants in milliseconds of the world. */
export interface ShootObservation {
  readonly order: ShootOrder;
  /** Undefined: its change was never taken in. */
  readonly migration: MigrationObservation | undefined;
  /** Times in which a live node's pods were not reached, as the simulated network knows them. */
  readonly gaps: readonly Gap[];
  /** From the first deletion of a pod route until the last node was carried by something else: the gap of a cutover. */
  readonly cutoverGap: { readonly from: number; readonly to: number } | undefined;
  /** Names of the pod routes that there were before. */
  readonly podRoutesBefore: readonly string[];
  readonly podRoutes: readonly string[];
  /** How often a pod route was deleted, by name. */
  readonly deletions: ReadonlyMap<string, number>;
  /** Names of routes that are nobody's business and are gone. */
  readonly foreignRoutesGone: readonly string[];
  readonly kubeDns: { readonly before: readonly string[]; readonly now: readonly string[] };
  readonly nodesSubnet: { readonly dualStack: boolean; readonly routesOverlapAllowed: boolean };
  readonly corednsRestarts: number;
  readonly liveNodes: number;
  readonly unreachedNodes: readonly string[];
}

export interface MigrationObservation {
  readonly id: string;
  readonly status: MigrationStatus;
  readonly position: string;
  readonly constraints: readonly Constraint[];
  /** Whether the way back that was asked for was refused. */
  readonly abortRefused: boolean;
  readonly timesStarted: number;
  readonly runs: number;
  /** Of the world. */
  readonly seconds: number;
}

/** A step that a human's message set going again, as the reason of a block said. */
export interface Recovery {
  readonly shoot: string;
  readonly step: string;
  readonly reason: string;
}

/** All that the judge is shown: plain values, so that every breach can be shown to be one. */
export interface Observations {
  readonly backend: string;
  readonly shoots: readonly ShootObservation[];
  readonly struck: readonly Struck[];
  readonly ends: readonly InstanceEnd[];
  readonly errorLines: readonly ErrorLine[];
  readonly deliveries: DeliveryFigures;
  readonly deadLetters: readonly DeadLetter[];
  /** Messages of the dead-letter topic that the product put on record. */
  readonly deadLettersOnRecord: number;
  /** What else was refused and put on record: the product's words. */
  readonly refusals: readonly string[];
  readonly recoveries: readonly Recovery[];
  /** The most that an instance had resident, and this process, in MiB. */
  readonly memory: { readonly instance: number; readonly world: number };
  /** Ids of processes that were left behind. */
  readonly leftBehind: readonly number[];
  readonly wallSeconds: number;
}

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Engine, Limits } from '../engine/engine.ts';
import type { GardenConnection, OpenPorts } from '../engine/ports.ts';
import type { Telemetry } from '../engine/telemetry.ts';
import { STEPS } from '../steps/index.ts';
import type { Documents } from '../store/documents.ts';
import { MigrationStore } from '../store/migration-store.ts';

/** What differs between Google Cloud, the local world and a simulation; everything else is the same code. */
export interface Surroundings {
  readonly documents: Documents;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry?: Telemetry | undefined;
  readonly openPorts: OpenPorts;
  readonly garden?: GardenConnection | undefined;
  readonly limits: Limits;
  readonly project: string;
  readonly shutdown: AbortSignal;
  /** Unique identifiers, by default of the machine's own making. */
  readonly newId?: () => string;
  /** A number in [0, 1) that spreads pauses, by default the machine's own. */
  readonly random?: () => number;
}

/** The engine with all its steps, in these surroundings. */
export function assembleEngine(surroundings: Surroundings): Engine {
  const newId = surroundings.newId ?? randomUUID;
  const { documents, clock, random = Math.random } = surroundings;
  return {
    ...surroundings,
    newId,
    migrations: new MigrationStore({ documents, clock, newId, random }),
    steps: STEPS,
  };
}

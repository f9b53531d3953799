import type { Bus } from '../../../shared/bus/bus.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Documents } from '../../../shared/store/documents.ts';
import type { DeliveryFaults } from './embedded/index.ts';
import { startEmbedded } from './embedded-backends.ts';
import { startOnEmulators } from './emulator-backends.ts';
import { findEmulators } from './emulators/index.ts';
import type { Topology } from './topology.ts';
import { checkTopology } from './topology.ts';

export type BackendKind = 'embedded' | 'emulators';

/** A document store and a message bus for the local world, whichever they are. */
export interface Backends {
  readonly kind: BackendKind;
  /** One line for the user: which backends these are, and why these. */
  readonly description: string;
  /** What a functions process needs in its environment for `connectFromEnvironment` and for Google's clients. */
  readonly environment: Readonly<Record<string, string>>;
  readonly documents: Documents;
  readonly bus: Bus;
  /**
   * Makes every subscription push to `baseUrl` + its path; until then messages are kept. With several base URLs each
   * message goes to all of them at once, each with its own redeliveries; the same URL twice duplicates every
   * message. May be called again: it replaces what was set before.
   */
  setPushEndpoints(baseUrl: string | readonly string[]): Promise<void>;
  /** Empties the store and drops every message; topics, subscriptions and endpoints stay. */
  reset(): Promise<void>;
  /** Stops everything that was started. Later calls do nothing. */
  stop(): Promise<void>;
}

export interface BackendOptions {
  /** Left out: the emulators where they can be used, else the embedded ones. */
  readonly kind?: BackendKind;
  readonly clock: Clock;
  /** Clock seconds per wall second (default 1): the emulators live on wall time and get shortened back-offs. */
  readonly speed?: number;
  readonly topology: Topology;
  readonly project?: string;
  /** Only the embedded bus can delay and reorder. */
  readonly faults?: DeliveryFaults;
}

/**
 * Starts the store and the bus with the topics and subscriptions of `topology`.
 *
 * @throws Error when the topology is not valid, or when emulators are asked for and cannot be used (the message says
 *   what is missing).
 */
export async function startBackends(options: BackendOptions): Promise<Backends> {
  checkTopology(options.topology);
  if (options.kind === 'embedded') return await startEmbedded(options, 'as asked for');
  const found = await findEmulators();
  if (!found.available) {
    if (options.kind === 'emulators') throw new Error(`the emulators cannot be used: ${found.reason}`);
    return await startEmbedded(options, `Google's emulators cannot be used: ${found.reason}`);
  }
  try {
    return await startOnEmulators(options, found);
  } catch (error) {
    if (options.kind === 'emulators') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return await startEmbedded(options, `Google's emulators did not start: ${reason.split('\n')[0]}`);
  }
}

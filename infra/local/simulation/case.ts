import type { NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import type { Strategy } from '../../../shared/migration/plan.ts';
import type { Switches } from '../gce/index.ts';
import type { Fault } from './faults/fault.ts';

/**
 * One run of the simulation, as a plain JSON value that can be printed, stored and run again: the same case leads to the
 * same history, byte for byte.
 */
export interface Case {
  /** Of the world's fortunes: latencies, jitter, who is served first. */
  readonly seed: number;
  readonly nodes: number;
  readonly strategy: Strategy;
  readonly networkPlugin: NetworkPluginName;
  /** Function instances that take turns with the messages. */
  readonly instances: number;
  /** Positions of the Compute Engine simulator's switches that differ from their defaults. */
  readonly switches: Partial<Switches>;
  /** Ends a function at every await that takes longer than so many simulated milliseconds; the message then comes again. */
  readonly suspendAfterMs?: number;
  /**
   * `real`: through Google's and Kubernetes' own clients. `direct`, when left out: past them, which is many times cheaper and
   * leads to the same requests.
   */
  readonly clients?: 'real' | 'direct';
  /** What goes wrong, in the order in which it does. Any prefix of a case's faults makes a case. */
  readonly faults: readonly Fault[];
}

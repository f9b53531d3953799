import type { Random } from '../../random.ts';
import type { Service } from '../kinds/service.ts';
import { services } from '../resources/core.ts';
import type { RuleContext } from '../resources/resource.ts';
import { ClusterIps } from '../rules/services/cluster-ips.ts';
import { ObjectStore } from '../store/store.ts';

/** What every verb of the API works on. */
export interface Kernel {
  readonly store: ObjectStore;
  readonly clusterIps: ClusterIps;
  readonly random: Random;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface KernelOptions {
  readonly now: () => number;
  readonly random: Random;
  readonly serviceClusterIpRanges: readonly string[];
  /** How many changes a watch may be behind before it is told 410 Gone. */
  readonly watchHistory: number;
}

/** @throws TypeError for Service ranges that are not one CIDR or two of different families. */
export function createKernel(options: KernelOptions): Kernel {
  const store = new ObjectStore(options.watchHistory);
  const clusterIps = new ClusterIps(options.serviceClusterIpRanges, options.random);
  store.subscribe(({ resource, type, object, previous }) => {
    if (resource.id !== services.id) return;
    // The store holds under this id only what passed the Service schema.
    clusterIps.observe(type === 'DELETED' ? undefined : (object as Service), previous as Service | undefined);
  });
  return { store, clusterIps, random: options.random, now: options.now };
}

let written = { second: 0, text: '1970-01-01T00:00:00Z' };

/** RFC 3339 to the second, as the API server writes times. */
export function serverTime(milliseconds: number): string {
  // Much is written at the same instant.
  const second = Math.floor(milliseconds / 1_000);
  if (written.second !== second) {
    written = { second, text: new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z') };
  }
  return written.text;
}

export function ruleContext(kernel: Kernel, dryRun: boolean): RuleContext {
  return { now: serverTime(kernel.now()), clusterIps: kernel.clusterIps, dryRun };
}

import type { Cidr } from '../migration/cidr.ts';
import type { NetworkPluginName } from '../migration/network-plugins.ts';
import type { Rollout } from './cluster.ts';

/** The port to what gives pods their addresses. Adapter: `client/network-plugins/`. Errors: `errors.ts`. */
export interface NetworkPlugin {
  /** The plugins whose agents are installed in the cluster, whatever the Shoot says. */
  installed(): Promise<readonly NetworkPluginName[]>;
  /** What its owner has to change before both families can work, as far as that does not depend on their ranges. */
  obstacles(plugin: NetworkPluginName): Promise<readonly Obstacle[]>;
  /** @throws ClusterObjectMissing when the plugin is not installed, or has no configuration. */
  state(plugin: NetworkPluginName, ranges: DualStackRanges): Promise<NetworkPluginState>;
  /**
   * Writes what differs and rolls the agents; what the owner set beside it stays. May be repeated, also after a crash
   * between any two writes, and writes nothing where nothing differs.
   *
   * @throws ClusterRefused when an obstacle stands in the way.
   */
  configure(plugin: NetworkPluginName, ranges: DualStackRanges): Promise<void>;
}

export interface DualStackRanges {
  /** The pods' IPv6 range: the nodes subnet's /64. */
  readonly podsIpv6: Cidr;
  /** Where an agent finds its node's own IPv6 address. */
  readonly nodesIpv6: Cidr;
}

export interface NetworkPluginState {
  /** Those of {@link NetworkPlugin.obstacles} and those in the way of these ranges; while there is any, nothing is written. */
  readonly obstacles: readonly Obstacle[];
  /** What is not as it should be, object by object; empty when all is configured. */
  readonly differing: readonly Difference[];
  /** Agents that run or will run, of every node. */
  readonly agents: readonly NodeAgent[];
  /** Of each workload that takes up the configuration, the agents' DaemonSet first. */
  readonly rollouts: readonly WorkloadRollout[];
}

export interface Obstacle {
  /** `overlay`: packets are encapsulated; `ipam`: addresses do not come from the nodes' pod CIDRs; `configuration`: cannot be read, or says contradictory things. */
  readonly kind: 'overlay' | 'ipam' | 'configuration';
  /** The object, what it says, and what was expected. */
  readonly message: string;
}

export interface Difference {
  /** `ConfigMap kube-system/cilium-config` */
  readonly object: string;
  /** `enable-ipv6: false → true` */
  readonly changes: readonly string[];
  /** Who wrote the object last, by the API server's own record (`managedFields`), if that is kept. */
  readonly lastWriter: string | undefined;
}

/** The agent's pod on one node; terminating and finished ones are left out. */
export interface NodeAgent {
  readonly node: string;
  readonly pod: string;
  /** Started with the configuration as it is now. */
  readonly current: boolean;
  readonly ready: boolean;
  /** Why a container of it does not run, in the kubelet's word, e.g. `CrashLoopBackOff`. */
  readonly trouble: string | undefined;
}

export interface WorkloadRollout extends Rollout {
  /** `DaemonSet kube-system/cilium` */
  readonly workload: string;
  /** Its pods stay as they are until somebody deletes them (`OnDelete`) or until it goes on (`paused`). */
  readonly held: 'OnDelete' | 'paused' | undefined;
}

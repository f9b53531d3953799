import type { Cidr } from '../migration/cidr.ts';

/**
 * The port to the shoot's cluster, in the migration's words. Reads show what is in force, not what was asked for;
 * changes may be repeated and change nothing the second time. Adapter: `client/`. Errors: `errors.ts`.
 */
export interface Cluster {
  nodes(): Promise<readonly ClusterNode[]>;
  /** Every PodDisruptionBudget of the cluster. */
  disruptionBudgets(): Promise<readonly DisruptionBudget[]>;
  readonly cloudControllerManager: CloudControllerManager;
  readonly calico: Calico;
  readonly coreDns: CoreDns;
  readonly kubeDns: KubeDns;
  /** Whether the API server accepts a Service that requires both families (asked by a server-side dry run). */
  acceptsDualStackServices(): Promise<boolean>;
}

export interface ClusterNode {
  readonly name: string;
  /** From the provider ID; undefined while the cloud-controller-manager has not initialised the node. */
  readonly instance: { readonly name: string; readonly zone: string } | undefined;
  readonly podCidrs: readonly string[];
  readonly ready: boolean;
  /** Being deleted: nobody's traffic depends on it any more. */
  readonly leaving: boolean;
  /** Gardener's worker pool (label `worker.gardener.cloud/pool`). */
  readonly pool: string | undefined;
}

export interface DisruptionBudget {
  /** `namespace/name`. */
  readonly key: string;
  /** Evictions that it allows now. */
  readonly allowed: number;
  /** Pods that it counts. */
  readonly pods: number;
}

/** How far a Deployment's or DaemonSet's present template is out. */
export interface Rollout {
  readonly complete: boolean;
  readonly updated: number;
  readonly desired: number;
}

export interface CloudControllerManager {
  /** @throws ClusterObjectMissing when there is no such Deployment. */
  state(): Promise<{
    /** True while its arguments let it create and delete VPC routes. */
    readonly managesRoutes: boolean;
    /** True once new nodes get their pod CIDRs from the alias IP ranges of their instances (`CloudAllocator`). */
    readonly allocatesFromAliases: boolean;
    readonly rollout: Rollout;
    /** Pods of any earlier template that still exist, terminating ones included. */
    readonly oldPods: number;
  }>;
  /** `--configure-cloud-routes=false` and `--cidr-allocator-type=CloudAllocator`; other arguments stay. */
  stopManagingRoutes(): Promise<void>;
  /** The way back: `--configure-cloud-routes=true` and `--cidr-allocator-type=RangeAllocator`; other arguments stay. */
  manageRoutes(): Promise<void>;
}

export interface CalicoSettings {
  /** The pods' IPv6 range: the nodes subnet's /64. */
  readonly podsIpv6: Cidr;
  /** Where calico-node finds the node's own IPv6 address. */
  readonly nodesIpv6: Cidr;
}

export interface Calico {
  state(settings: CalicoSettings): Promise<{
    /** Names of the objects that are not as they should be; empty when all is configured. */
    readonly differing: readonly string[];
    readonly rollout: Rollout;
  }>;
  /** Writes what differs; what the owner set beside it stays. */
  configure(settings: CalicoSettings): Promise<void>;
}

export interface CoreDnsPod {
  readonly name: string;
  readonly ready: boolean;
  readonly addresses: readonly string[];
}

export interface CoreDns {
  /** Pods that serve or will serve: terminating, evicted and completed ones are left out. */
  livePods(): Promise<readonly CoreDnsPod[]>;
  state(): Promise<{ readonly restartedAt: string | undefined; readonly rollout: Rollout }>;
  /** Rolls the Deployment by stamping `restartedAt` on its pod template; the same stamp twice is one restart. */
  restart(restartedAt: string): Promise<void>;
}

export interface KubeDns {
  state(): Promise<{
    readonly clusterIps: readonly string[];
    /** Ready endpoints by family, from the EndpointSlices. */
    readonly endpoints: { readonly IPv4: number; readonly IPv6: number };
  }>;
  /**
   * Gives the Service its second cluster IP: `preferredIpv6` when that is free, else one that the API server picks.
   * The IPv4 one stays the first.
   */
  makeDualStack(preferredIpv6: string): Promise<void>;
}

import type { NetworkPlugin } from './network-plugin.ts';
import type { NodeDrain } from './node-drain.ts';
import type { MissingRights } from './permission.ts';
import type { ShootPart } from './rights.ts';

/**
 * The port to the shoot's cluster, in the migration's words. Reads show what is in force, not what was asked for;
 * changes may be repeated and change nothing the second time. Adapter: `client/`. Errors: `errors.ts`.
 */
export interface Cluster {
  nodes(): Promise<readonly ClusterNode[]>;
  /** Every PodDisruptionBudget of the cluster. */
  disruptionBudgets(): Promise<readonly DisruptionBudget[]>;
  readonly nodeDrain: NodeDrain;
  readonly cloudControllerManager: CloudControllerManager;
  readonly networkPlugin: NetworkPlugin;
  readonly coreDns: CoreDns;
  readonly kubeDns: KubeDns;
  readonly nodeLocalDns: NodeLocalDns;
  /** Whether every API server that answers accepts a Service that requires both families (server-side dry runs). */
  acceptsDualStackServices(): Promise<boolean>;
  /** Which rights of these parts and of `control-plane` are missing. Asks as whom the port itself comes, and changes nothing. */
  missingRights(parts: readonly ShootPart[]): Promise<MissingRights>;
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
  /** Undefined where nobody writes it back. Steps have it as a port of its own. */
  readonly hold?: ManagerHold;
}

/**
 * That Gardener is kept from writing the cloud-controller-manager back, as each of the two changes above does first. What is held
 * gets no update of Gardener's either, so every end of a migration hands it back. A change that failed has done so itself.
 */
export interface ManagerHold {
  /** Whether it is held by us, whichever run or crash left it so. */
  isHeld(): Promise<boolean>;
  /** Lets Gardener write it again as the Shoot says, within a minute or so. What somebody else holds stays. */
  handBack(): Promise<void>;
}

export interface CoreDnsPod {
  readonly name: string;
  /** Undefined while it is not scheduled. */
  readonly node: string | undefined;
  /** Why it is not Ready, in the cluster's words (`NodeNotReady`, `CrashLoopBackOff`); undefined when it is. */
  readonly notReady: string | undefined;
  readonly addresses: readonly string[];
  /** Why it serves nobody and never will again; undefined for a live one. */
  readonly gone: 'terminating' | 'failed' | 'completed' | undefined;
  /** Milliseconds since the epoch, of the API server's clock and in whole seconds. */
  readonly createdAt: number;
  /** False for one that a restart of the Deployment does not replace. */
  readonly ofDeployment: boolean;
}

export interface CoreDnsDeployment {
  /** The last restart that somebody stamped on the pod template: this product or Gardener. */
  readonly restartedAt: string | undefined;
  readonly replicas: number;
  /** While it is, a new template leads to no new pod. */
  readonly paused: boolean;
  /** Pods of an earlier template are still there, or ones of the present template still missing. */
  readonly rolling: boolean;
  /** The controller's words once it has seen no progress for too long (`ProgressDeadlineExceeded`). */
  readonly stuck: string | undefined;
}

export interface CoreDns {
  /** All pods that kube-dns may lead to, those that are gone in every sense but their object included. */
  pods(): Promise<readonly CoreDnsPod[]>;
  /** @throws ClusterObjectMissing when there is no such Deployment. */
  state(): Promise<CoreDnsDeployment>;
  /** Rolls the Deployment by stamping `restartedAt` on its pod template; the same stamp twice is one restart, and one after a newer stamp is none. */
  restart(restartedAt: string): Promise<void>;
}

export interface KubeDnsService {
  readonly clusterIps: readonly string[];
  /** Without a selector nobody keeps its endpoints in step with CoreDNS. */
  readonly hasSelector: boolean;
  /** Addresses of all ready endpoints, of both families, over all of its EndpointSlices. */
  readonly readyEndpoints: ReadonlySet<string>;
}

/** What became of a cluster IP that was asked for. Where it was refused, nothing has changed. */
export type ClusterIpAnswer =
  | { readonly kind: 'granted' }
  /** Another Service has it. */
  | { readonly kind: 'taken' }
  /** The API server's own range is another one; `message` is its sentence. */
  | { readonly kind: 'outside the range'; readonly message: string };

export interface KubeDns {
  /** @throws ClusterObjectMissing when there is no such Service. */
  state(): Promise<KubeDnsService>;
  /**
   * Gives the Service its second cluster IP: this one, or `any` that the API server picks. The IPv4 one stays the first. A
   * Service that has two is left as it is.
   *
   * @throws ClusterUnavailable while the API server has no IPv6 service range, ClusterRefused.
   */
  makeDualStack(ipv6: string | 'any'): Promise<ClusterIpAnswer>;
}

export interface NodeLocalDns {
  /** Undefined in a shoot without node-local-dns. */
  state(): Promise<
    | {
        /** Addresses at which every node answers its own pods; empty when they cannot be told. */
        readonly listensOn: readonly string[];
      }
    | undefined
  >;
}

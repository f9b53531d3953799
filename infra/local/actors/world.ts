import type { Node } from '../cluster/kinds/node.ts';
import type { Pod } from '../cluster/kinds/pod.ts';
import type { Deployment } from '../cluster/kinds/workloads.ts';
import type { JsonObject } from '../cluster/object/json.ts';

/**
 * What the actors need of the world around them, in their own words, so that none of them knows how a
 * simulator is called. Bound to the simulators in `bind/`.
 */

/** A VM of the shoot, as its cluster's controllers see it. */
export interface Vm {
  readonly name: string;
  readonly zone: string;
  /** The worker pool whose machine class it was made from. */
  readonly pool: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly running: boolean;
  /** Of the first NIC, as all below. */
  readonly internalIp: string;
  /** In the NIC's order: the CloudAllocator takes the first. */
  readonly aliases: readonly string[];
  /** The external /96, undefined on an IPv4-only NIC. */
  readonly ipv6Range: string | undefined;
}

/** What a machine class asks of `instances.insert`. */
export interface VmOrder {
  readonly name: string;
  readonly zone: string;
  readonly pool: string;
  readonly subnet: string;
  /** NIC with `IPV4_IPV6` and external IPv6. */
  readonly dualStack: boolean;
  /** A bare netmask: Compute Engine picks the block. Undefined where pod CIDRs are routed. */
  readonly alias: { readonly netmask: string; readonly rangeName: string } | undefined;
}

export interface VpcRoute {
  readonly name: string;
  /** Short name of the network. */
  readonly network: string;
  readonly destination: string;
  readonly description: string;
  /** Name of the instance that is the next hop; undefined for any other kind of hop. */
  readonly nextHop: string | undefined;
}

export interface RouteOrder extends Omit<VpcRoute, 'nextHop'> {
  readonly nextHop: { readonly name: string; readonly zone: string };
}

export interface Subnet {
  readonly name: string;
  /** Short name of the network. */
  readonly network: string;
  readonly dualStack: boolean;
  /** The external /64, undefined while there is none. */
  readonly ipv6Range: string | undefined;
  readonly secondaryRangeNames: readonly string[];
}

/** A node whose pods count on being reached. */
export interface LiveNode {
  readonly name: string;
  /** The IPv4 one: its traffic is what a migration may lose. */
  readonly podCidr: string;
}

/** Changes resolve when their operation is done and reject, with the API's own message, when it failed. */
export interface Infrastructure {
  /** The shoot's VMs, of all zones. */
  vms(): Promise<readonly Vm[]>;
  vm(name: string): Promise<Vm | undefined>;
  createVm(order: VmOrder): Promise<void>;
  /** Nothing happens when the VM is gone already. */
  deleteVm(vm: { readonly name: string; readonly zone: string }): Promise<void>;
  /**
   * Calls the listener, at that very instant, when a VM appears, starts, stops or goes (then it is undefined).
   * Returns a function that ends that.
   */
  onVmChange(listener: (name: string, vm: Vm | undefined) => void): () => void;
  /** The static routes of the network, foreign ones too. */
  routes(network: string): Promise<readonly VpcRoute[]>;
  /** Nothing happens when a route of this name exists (gcp-compute-semantics.md §2.3). */
  createRoute(route: RouteOrder): Promise<void>;
  /** Nothing happens when the route is gone already. */
  deleteRoute(name: string): Promise<void>;
  subnet(name: string): Promise<Subnet | undefined>;
  /** From now on, each second in which no packet can reach the node's pod CIDR counts as lost. */
  nodeIsLive(node: LiveNode): void;
  nodeIsGone(name: string): void;
}

export type Part = 'object' | 'status';

export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The controller that says it. */
  readonly component: string;
}

export type ClusterChange =
  | { readonly kind: 'Node'; readonly name: string; readonly node: Node | undefined }
  | { readonly kind: 'Pod'; readonly pod: Pod; readonly gone: boolean };

/**
 * The shoot's cluster. Reads show the present, as a controller's watch cache does; changes reject with the API
 * server's refusal.
 */
export interface ShootCluster {
  nodes(): readonly Node[];
  node(name: string): Node | undefined;
  podsOn(node: string): readonly Pod[];
  pods(namespace: string): readonly Pod[];
  deployment(namespace: string, name: string): Deployment | undefined;
  hasDaemonSet(namespace: string, name: string): boolean;
  createNode(manifest: JsonObject): Promise<void>;
  /**
   * A strategic merge patch. One that carries a resourceVersion fails with a conflict when that is not the
   * present one.
   */
  patchNode(name: string, patch: JsonObject, part: Part): Promise<void>;
  /** Nothing happens when the Node is gone already. */
  deleteNode(name: string): Promise<void>;
  patchDeployment(namespace: string, name: string, patch: JsonObject): Promise<void>;
  /** Asks for an eviction. `refused` by a PodDisruptionBudget (HTTP 429): ask again later. */
  evict(pod: Pod): Promise<'accepted' | 'refused' | 'gone'>;
  /** Deletes without asking any budget. Nothing happens when the pod is gone already. */
  deletePod(pod: Pod): Promise<void>;
  /** An Event about the node; a repeated one counts up. */
  recordNodeEvent(node: Node, note: EventNote): Promise<void>;
  /** Calls the listener for every change of a Node or Pod, in order. Returns a function that ends that. */
  onChange(listener: (change: ClusterChange) => void): () => void;
  /** As the API server's `--service-cluster-ip-range` after a restart. */
  setServiceClusterIpRanges(ranges: readonly string[]): Promise<void>;
}

/** The garden cluster, of which only one Shoot matters. */
export interface GardenCluster {
  /** The Shoot as it is stored; undefined when there is none. */
  shoot(): unknown;
  /** A merge patch (RFC 7386), with a resourceVersion as {@link ShootCluster.patchNode}. */
  patchShoot(patch: JsonObject, part: Part): Promise<void>;
  onShootChange(listener: () => void): () => void;
}

/** An actor: does nothing before `start`, and nothing of it is left running once `stop` has resolved. */
export interface Actor {
  /** Resolves when it knows the world as it was found; from then on it acts. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

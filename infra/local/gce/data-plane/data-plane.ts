import type { Block } from '../core/addresses.ts';
import { ipv4Block } from '../core/addresses.ts';
import type { Project } from '../core/project.ts';
import type { Propagation } from './arrivals.ts';
import { followProject } from './arrivals.ts';
import { Fabric } from './fabric.ts';
import type { Delivery } from './lookup.ts';
import { deliver } from './lookup.ts';
import type { Gap } from './outages.ts';
import { Outages } from './outages.ts';
import { PrefixTable } from './prefix-table.ts';

interface LiveNode {
  readonly name: string;
  readonly podCidr: string;
  readonly block: Block;
}

/** Whether packets to a node's pod CIDR arrive at its instance. */
export type Reachability = { readonly arrives: true } | { readonly arrives: false; readonly why: string };

/**
 * The network itself: which packets arrive where, now, and how much was lost. It sees every change of the project after
 * its propagation delay, looks again at the nodes a change can concern, and adds up **lost node-seconds**.
 */
export class DataPlane {
  readonly #project: Project;
  readonly #fabric = new Fabric();
  readonly #nodes = new Map<string, LiveNode>();
  /** The same by their pod CIDRs: few of thousands are concerned by a change. */
  readonly #byBlock = new PrefixTable<LiveNode>();
  readonly #outages = new Outages();

  constructor(project: Project, propagation: Propagation) {
    this.#project = project;
    followProject(project, this.#fabric, propagation, (blocks, instance) => this.#look(blocks, instance));
  }

  /**
   * From now on the node's pod traffic counts: `instance` names its VM, `podCidr` is its IPv4 pod CIDR. Registering a
   * node again with the same CIDR changes nothing. @throws Error for a CIDR that is not IPv4 in canonical form.
   */
  registerNode(instance: string, podCidr: string): void {
    this.#project.timeline.settle();
    if (this.#nodes.get(instance)?.podCidr === podCidr) return;
    const block = ipv4Block(podCidr);
    if (block === undefined)
      throw new Error(`podCidr of ${instance}: expected an IPv4 CIDR, got "${podCidr}"`);
    this.deregisterNode(instance);
    const node: LiveNode = { name: instance, podCidr, block };
    this.#nodes.set(instance, node);
    this.#byBlock.add(block, node);
    this.#evaluate(node);
  }

  /** From now on the node's traffic does not count: it is drained, or its VM is being deleted on purpose. */
  deregisterNode(instance: string): void {
    this.#project.timeline.settle();
    this.#outages.found(instance, this.#project.timeline.now());
    const node = this.#nodes.get(instance);
    if (node !== undefined) this.#byBlock.delete(node.block, node);
    this.#nodes.delete(instance);
  }

  /** The nodes whose traffic counts now. */
  liveNodes(): { readonly instance: string; readonly podCidr: string }[] {
    return [...this.#nodes.values()].map(({ name, podCidr }) => ({ instance: name, podCidr }));
  }

  /** Whether packets to all of the CIDR arrive at the instance now. Works for nodes that are not registered, too. */
  reaches(instance: string, podCidr: string): Reachability {
    this.#project.timeline.settle();
    const block = ipv4Block(podCidr);
    if (block === undefined) throw new Error(`podCidr: expected an IPv4 CIDR, got "${podCidr}"`);
    return this.#reachability(instance, block);
  }

  /** Where a packet to the address ends up in the network now. */
  deliver(network: string, address: string): Delivery {
    this.#project.timeline.settle();
    const block = ipv4Block(address);
    const found = this.#project.networks.get(this.#project.path(network));
    if (block === undefined) throw new Error(`address: expected an IPv4 address, got "${address}"`);
    if (found === undefined) throw new Error(`network: there is no ${network}`);
    return deliver(this.#fabric, found.selfLink, block.start, this.#project.switches);
  }

  /** Every gap of every node so far, those that are open as they stand now. */
  gaps(): Gap[] {
    this.#project.timeline.settle();
    return this.#outages.gaps(this.#project.timeline.now());
  }

  /** Simulated seconds, summed over the live nodes, in which a node's pod CIDR did not arrive at its instance. */
  lostNodeSeconds(): number {
    return this.gaps().reduce((sum, { from, to }) => sum + (to - from), 0) / 1_000;
  }

  /** The longest gap of a node, or of all nodes, in simulated seconds. */
  longestGapSeconds(instance?: string): number {
    const gaps = this.gaps().filter(({ node }) => instance === undefined || node === instance);
    return gaps.reduce((longest, { from, to }) => Math.max(longest, to - from), 0) / 1_000;
  }

  /** Looks again at the nodes of which a pod address lies in what was touched, and at the instance's own node. */
  #look(touched: readonly Block[], instance: string | undefined): void {
    const concerned = new Set(touched.flatMap((block) => [...this.#byBlock.overlapping(block)]));
    const own = instance === undefined ? undefined : this.#nodes.get(instance);
    if (own !== undefined) concerned.add(own);
    for (const node of concerned) this.#evaluate(node);
  }

  #evaluate(node: LiveNode): void {
    const now = this.#project.timeline.now();
    const reachability = this.#reachability(node.name, node.block);
    if (reachability.arrives) this.#outages.found(node.name, now);
    else this.#outages.lost(node.name, now, reachability.why);
  }

  #reachability(name: string, block: Block): Reachability {
    const { path, instance } = this.#fabric.instanceNamed(name) ?? {};
    const network = instance?.networkInterfaces[0]?.network;
    if (path === undefined || network === undefined) {
      return { arrives: false, why: 'the instance does not exist' };
    }
    for (const address of this.#addressesThatDiffer(network, block)) {
      const delivery = deliver(this.#fabric, network, address, this.#project.switches);
      if ('dropped' in delivery) return { arrives: false, why: delivery.dropped };
      const elsewhere = delivery.to.find((to) => to !== path);
      if (elsewhere !== undefined) return { arrives: false, why: `packets go to ${elsewhere}` };
    }
    return { arrives: true };
  }

  /** One address of every part of the block that something more specific may send elsewhere. */
  #addressesThatDiffer(network: string, block: Block): Set<number> {
    const view = this.#fabric.network(network);
    const parts = [view.routes, view.ranges, view.addresses].flatMap((table) => table.inside(block));
    return new Set(
      [block.start, ...parts.flatMap(({ start, end }) => [start, end + 1])].filter((at) => at <= block.end),
    );
  }
}

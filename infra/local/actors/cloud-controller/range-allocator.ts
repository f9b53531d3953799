import type { Node } from '../../cluster/kinds/node.ts';
import type { ActorContext } from '../context.ts';
import { nodesSubnetName } from '../context.ts';
import { nextFreePodCidr } from './free-pod-cidr.ts';

/**
 * Gives nodes the next free block of the cluster's IPv4 range. One for each process: the pointer starts anew
 * with it. Not to be called for two nodes at the same time.
 */
export class RangeAllocator {
  readonly #context: ActorContext;
  readonly #clusterCidr: string;
  readonly #maskSize: number;
  #last: string | undefined;

  constructor(context: ActorContext, clusterCidr: string, maskSize: number) {
    this.#context = context;
    this.#clusterCidr = clusterCidr;
    this.#maskSize = maskSize;
  }

  /** @throws Error when no block is free; an event on the node says so too. */
  async allocate(node: Node): Promise<void> {
    if ((node.spec?.podCIDRs ?? []).length > 0) return;
    const { cluster } = this.#context;
    const name = node.metadata.name;
    const podCidr = nextFreePodCidr(this.#clusterCidr, this.#maskSize, await this.#taken(), this.#last);
    if (podCidr === undefined) {
      const message = `Node ${name} status is now: CIDRNotAvailable`;
      const note = {
        type: 'Warning',
        component: 'cidrAllocator',
        reason: 'CIDRNotAvailable',
        message,
      } as const;
      await cluster.recordNodeEvent(node, note);
      throw new Error(`no /${this.#maskSize} is free in ${this.#clusterCidr} for ${name}`);
    }
    await cluster.patchNode(name, { spec: { podCIDR: podCidr, podCIDRs: [podCidr] } }, 'object');
    this.#last = podCidr;
  }

  /** Blocks of nodes, and of pod routes that outlived theirs. */
  async #taken(): Promise<string[]> {
    const { cluster, infrastructure, technicalId } = this.#context;
    const subnet = await infrastructure.subnet(nodesSubnetName(technicalId));
    const routes = subnet === undefined ? [] : await infrastructure.routes(subnet.network);
    const routed = routes
      .filter(({ nextHop }) => nextHop !== undefined)
      .map(({ destination }) => destination);
    return [...routed, ...cluster.nodes().flatMap(({ spec }) => spec?.podCIDRs ?? [])];
  }
}

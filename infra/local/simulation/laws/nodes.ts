import { nodes } from '../../cluster/index.ts';
import type { Change } from '../../cluster/store/store.ts';
import type { InProcessWorld } from '../../in-process/index.ts';
import { instantAt, listAt, textAt } from './stored.ts';

export interface SeenNode {
  readonly name: string;
  readonly podCidrs: readonly string[];
  readonly ready: boolean;
  /** Since when it is ready or not, in milliseconds. */
  readonly since: number;
  readonly createdAt: number;
  readonly leaving: boolean;
  readonly cordoned: boolean;
}

/** The cluster's Nodes, as its API server has them. */
export class Nodes {
  readonly #nodes = new Map<string, SeenNode>();
  readonly #now: () => number;

  constructor(world: Pick<InProcessWorld, 'cluster' | 'clock'>) {
    this.#now = () => world.clock.now();
    for (const node of world.cluster.api.kernel.store.each(nodes)) this.#put(node);
  }

  follow({ type, resource, object }: Change): void {
    if (resource.kind !== 'Node') return;
    if (type === 'DELETED') this.#nodes.delete(object.metadata.name);
    else this.#put(object);
  }

  get(name: string): SeenNode | undefined {
    return this.#nodes.get(name);
  }

  isReady(name: string): boolean {
    return this.#nodes.get(name)?.ready === true;
  }

  all(): readonly SeenNode[] {
    return [...this.#nodes.values()];
  }

  #put(node: object): void {
    const name = textAt(node, 'metadata', 'name');
    const condition = listAt(node, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
    const ready = textAt(condition, 'status') === 'True';
    const before = this.#nodes.get(name);
    this.#nodes.set(name, {
      name,
      podCidrs: listAt(node, 'spec', 'podCIDRs').map(String),
      ready,
      since: before !== undefined && before.ready === ready ? before.since : this.#now(),
      createdAt: instantAt(node, 'metadata', 'creationTimestamp') ?? 0,
      leaving: textAt(node, 'metadata', 'deletionTimestamp') !== '',
      cordoned: Reflect.get(Reflect.get(node, 'spec') ?? {}, 'unschedulable') === true,
    });
  }
}

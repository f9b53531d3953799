import type { KubernetesSimulator } from '../cluster/index.ts';
import type { ExampleCluster } from '../example/nodes.ts';
import type { ComputeEvent, ComputeSimulator } from '../gce/index.ts';

/** What carries a node's pods now. */
export type Carrier = 'route' | 'route and alias' | 'alias' | 'dual-stack' | 'nothing';

/** Follows, node by node, what carries the pods, and counts what was done to get there. */
export class Carriers {
  readonly #routes = new Set<string>();
  readonly #aliases = new Set<string>();
  readonly #podCidrs = new Map<string, readonly string[]>();
  routesDeleted = 0;
  aliasesAdded = 0;

  constructor(example: ExampleCluster, compute: ComputeSimulator, cluster: KubernetesSimulator) {
    for (const { name, podCidr } of example.nodes) {
      this.#routes.add(name);
      this.#podCidrs.set(name, [podCidr]);
    }
    compute.onEvent((event) => this.#follow(event));
    cluster.onChange(({ type, object }) => {
      if (object.kind !== 'Node') return;
      const { name } = object.metadata;
      if (type === 'DELETED') this.#podCidrs.delete(name);
      else this.#podCidrs.set(name, podCidrsOf(object.spec));
    });
  }

  /** The carrier of each node that is there now, in the order in which the nodes came. */
  now(): ReadonlyMap<string, Carrier> {
    return new Map([...this.#podCidrs].map(([name, cidrs]) => [name, this.#carrierOf(name, cidrs)]));
  }

  #follow(event: ComputeEvent): void {
    switch (event.type) {
      case 'route-inserted':
        if (isPodRoute(event.route)) this.#routes.add(nextHop(event.route));
        return;
      case 'route-deleted':
        if (isPodRoute(event.route) && this.#routes.delete(nextHop(event.route))) this.routesDeleted += 1;
        return;
      case 'alias-added':
        this.#aliases.add(event.instance.name);
        this.aliasesAdded += 1;
        return;
      case 'alias-removed':
        this.#aliases.delete(event.instance.name);
        return;
      case 'instance-inserted':
        // A VM of the new machine class comes with its alias.
        if (event.instance.networkInterfaces[0]?.aliasIpRanges?.length)
          this.#aliases.add(event.instance.name);
    }
  }

  #carrierOf(name: string, podCidrs: readonly string[]): Carrier {
    const route = this.#routes.has(name);
    const alias = this.#aliases.has(name);
    if (route) return alias ? 'route and alias' : 'route';
    if (!alias) return 'nothing';
    return podCidrs.some((cidr) => cidr.includes(':')) ? 'dual-stack' : 'alias';
  }
}

function podCidrsOf(spec: unknown): readonly string[] {
  if (typeof spec !== 'object' || spec === null || !('podCIDRs' in spec)) return [];
  return Array.isArray(spec.podCIDRs) ? spec.podCIDRs.filter((cidr) => typeof cidr === 'string') : [];
}

type Route = Extract<ComputeEvent, { type: 'route-inserted' | 'route-deleted' }>['route'];

function isPodRoute({ description, nextHopInstance }: Route): boolean {
  return description === 'k8s-node-route' && nextHopInstance !== undefined;
}

function nextHop({ nextHopInstance }: Route): string {
  return nextHopInstance?.split('/').at(-1) ?? '';
}

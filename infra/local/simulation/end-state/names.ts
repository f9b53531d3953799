import { nodes } from '../../cluster/index.ts';
import type { InProcessWorld } from '../../in-process/index.ts';
import { listAt } from '../laws/stored.ts';

/** Says by what it is what a run named by chance. */
export class Names {
  readonly #replacements: readonly (readonly [text: string, by: string])[];
  readonly #firstNodes: ReadonlySet<string>;
  readonly #podCidrs = new Map<string, readonly string[]>();

  constructor({ compute, cluster, example }: Pick<InProcessWorld, 'compute' | 'cluster' | 'example'>) {
    this.#firstNodes = new Set(example.nodes.map(({ name }) => name));
    for (const { metadata, spec } of cluster.api.kernel.store.each(nodes)) {
      this.#podCidrs.set(metadata.name, listAt(spec, 'podCIDRs').map(String));
    }
    this.#replacements = compute.resources.subnetworks.values().flatMap(({ name, externalIpv6Prefix }) => {
      if (externalIpv6Prefix === undefined) return [];
      // Its /64 without the host part, as it stands at the beginning of every address out of it.
      const prefix = externalIpv6Prefix.replace(/(::)?\/\d+$/, '').replace(/(:0)+$/, '');
      return [[prefix, `<${name}>`] as const];
    });
  }

  /** A VM or Node that was there at the beginning by its name; the others are all alike. */
  node(name: string): string {
    return this.#firstNodes.has(name) ? name : '<joined>';
  }

  /** A pod CIDR of the named node by what it is to it; anything else as it is. */
  range(node: string, range: string): string {
    if (!this.#podCidrs.get(node)?.includes(range)) return range;
    return this.#firstNodes.has(node) ? `its pod CIDR ${range}` : `its pod CIDR /${range.split('/')[1]}`;
  }

  /** A text with the IPv6 prefixes of the subnets by their names. */
  text(text: string): string {
    return this.#replacements.reduce((result, [prefix, by]) => result.replaceAll(prefix, by), text);
  }
}

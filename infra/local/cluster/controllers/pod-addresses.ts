import type { Node } from '../kinds/node.ts';
import { internalIps } from '../kinds/node.ts';
import type { Pod } from '../kinds/pod.ts';
import { podIps } from '../kinds/pod.ts';
import type { IpFamily } from '../kinds/service.ts';
import { familyOf } from '../kinds/service.ts';
import { addressAt, addressCount, firstOfFamily } from '../object/addresses.ts';

/** Network and gateway come first in a pod CIDR. */
const FIRST_USABLE = 2n;
/** An IPv6 pod CIDR is searched no further than this: nobody runs as many Pods on a node. */
const SEARCHED = 65_536n;

/**
 * Gives addresses out of a node's pod CIDRs as the host-local plugin does: round and round, so that an address is not
 * given again right after its release.
 */
export class PodAddresses {
  readonly #last = new Map<string, bigint>();

  /**
   * Addresses for a new Pod, one of each family that is in force; undefined while there is none (no pod CIDR of that family,
   * or all taken).
   */
  assign(node: Node, families: readonly IpFamily[], neighbours: Iterable<Pod>): string[] | undefined {
    const taken = new Set([...neighbours].flatMap(podIps));
    const cidrs = node.spec?.podCIDRs ?? [];
    const addresses: string[] = [];
    for (const family of families) {
      const cidr = firstOfFamily(cidrs, family);
      const address = cidr === undefined ? undefined : this.#next(cidr, taken);
      if (address === undefined) return undefined;
      addresses.push(address);
    }
    return addresses;
  }

  #next(cidr: string, taken: ReadonlySet<string>): string | undefined {
    const size = addressCount(cidr);
    const usable = (size < SEARCHED ? size : SEARCHED) - FIRST_USABLE - 1n;
    const start = (this.#last.get(cidr) ?? FIRST_USABLE - 1n) + 1n - FIRST_USABLE;
    for (let step = 0n; step < usable; step += 1n) {
      const offset = FIRST_USABLE + ((start + step) % usable);
      const address = addressAt(cidr, offset);
      if (address === undefined || taken.has(address)) continue;
      this.#last.set(cidr, offset);
      return address;
    }
    return undefined;
  }
}

/** What a Pod on the host network shows: the node's own addresses, the first of each family. */
export function hostAddresses(node: Node): string[] {
  const addresses = internalIps(node);
  return ['IPv4', 'IPv6'].flatMap(
    (family) => addresses.find((address) => familyOf(address) === family) ?? [],
  );
}

import type { ClusterNode } from '../kubernetes/cluster.ts';
import { readCidr } from '../migration/cidr.ts';

/**
 * By value: Gardener only counts, so that two IPv4 ranges would pass there (`gardener-core-flow.md` T1). Whether the node is
 * Ready is not asked, as little as Gardener asks it: this is about what its pods can get.
 */
export function isDualStack({ podCidrs }: ClusterNode): boolean {
  return (['IPv4', 'IPv6'] as const).every((family) =>
    podCidrs.some((cidr) => readCidr(cidr, family) !== undefined),
  );
}

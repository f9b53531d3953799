import type { Subnet } from '../compute/compute.ts';
import { type Cidr, prefixLengthOf, readCidr } from '../migration/cidr.ts';
import { POD_RANGE_NAME } from './infrastructure-names.ts';
import type { ClusterRoutes } from './migrate-routes/survey.ts';

/**
 * What a new range inside the pod CIDR may not overlap: destinations of routes, stale and foreign ones included, pod CIDRs,
 * aliases, ranges of these subnets. What is broader than the pod CIDR is in nobody's way: the range would be more specific
 * (make-before-break.md §1.5).
 */
export function usedRanges(
  { target, routes, nodes, instances }: Pick<ClusterRoutes, 'target' | 'routes' | 'nodes' | 'instances'>,
  subnets: readonly Subnet[],
): readonly Cidr[] {
  const ranges = [
    ...routes.map(({ destination }) => destination),
    ...nodes.flatMap(({ podCidrs }) => podCidrs),
    ...instances.flatMap(({ aliases }) => aliases.map(({ range }) => range)),
    ...subnets.flatMap((subnet) => [
      subnet.range,
      ...subnet.secondaryRanges.flatMap(({ name, range }) => (name === POD_RANGE_NAME ? [] : [range])),
    ]),
  ];
  const narrowest = prefixLengthOf(target.pods);
  return [...new Set(ranges)].flatMap((text) => {
    const range = readCidr(text, 'IPv4');
    return range !== undefined && prefixLengthOf(range) >= narrowest ? [range] : [];
  });
}

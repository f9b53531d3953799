import { type Cidr, firstBlock, parseCidr } from '../migration/cidr.ts';
import type { Target } from '../migration/migration.ts';

/** Names as Gardener's GCP extension forms them (provider-gcp, `infraflow`), so that it finds its own things again. */

export function nodesSubnetName({ technicalId }: Pick<Target, 'technicalId'>): string {
  return `${technicalId}-nodes`;
}

export function internalSubnetName({ technicalId }: Pick<Target, 'technicalId'>): string {
  return `${technicalId}-internal`;
}

/** GCP cannot reserve part of a subnet's IPv6 range, so Services get a subnet of their own for theirs. */
export function servicesSubnetName({ technicalId }: Pick<Target, 'technicalId'>): string {
  return `${technicalId}-services`;
}

/** Secondary range of the nodes subnet out of which nodes get their pod CIDRs as alias IP ranges. */
export const POD_RANGE_NAME = 'ipv4-pod-cidr';

/**
 * The Services' IPv6 range: the first /108 of the services subnet's /64, since a /64 is more than
 * `--service-cluster-ip-range` takes (provider-gcp, `infrastructure/reconciler.go`).
 */
export function servicesIpv6Range(servicesSubnetPrefix: string): Cidr {
  return firstBlock(parseCidr(servicesSubnetPrefix, 'IPv6'), 108);
}

import type { Reasons } from '../../migration/outcome.ts';

/** Why the IPv6 subnets are not there yet. */
export const REASONS = {
  Ipv6RangeNotYetShown:
    'Compute Engine shows a subnet’s IPv6 range some seconds after it was made dual-stack.',
  NetworkInAutoMode:
    'Auto-mode networks cannot have IPv6 subnets; switching to custom mode is the owner’s decision.',
  NetworkMissing: 'The shoot’s VPC network does not exist.',
  NodesSubnetMissing: 'The subnet of the shoot’s nodes does not exist; the names do not fit this cluster.',
  SubnetInTheWay: 'A subnet of that name exists, but in another network or with another range.',
} as const satisfies Reasons;

import type { FirewallRule } from '../../compute/compute.ts';
import { readCidr } from '../../migration/cidr.ts';
import type { Target } from '../../migration/migration.ts';

/** Google's health checkers over IPv6 (provider-gcp, `infraflow/firewall.go`). */
const HEALTH_CHECKERS = ['2600:2d00:1:b029::/64', '2600:2d00:1:1::/64', '2600:1901:8001::/48'];

/** The API knows ICMPv6 by its protocol number only. */
const ICMP_V6 = '58';

/**
 * The rules that let IPv6 in as the present ones let IPv4 in. A VPC firewall rule carries ranges of one family, so they
 * stand beside the IPv4 ones. `ranges` are the IPv6 ranges of the shoot's subnets as far as they are known.
 */
export function ipv6FirewallRules(
  { technicalId, network }: Pick<Target, 'technicalId' | 'network'>,
  ranges: readonly string[],
): readonly FirewallRule[] {
  return [
    {
      name: `${technicalId}-allow-internal-access-ipv6`,
      network,
      sources: [...ranges].sort(),
      allowed: [
        { protocol: ICMP_V6 },
        { protocol: 'ipip' },
        { protocol: 'tcp', ports: ['1-65535'] },
        { protocol: 'udp', ports: ['1-65535'] },
      ],
    },
    {
      name: `${technicalId}-allow-health-checks-ipv6`,
      network,
      sources: HEALTH_CHECKERS,
      allowed: [
        { protocol: 'tcp', ports: ['30000-32767'] },
        { protocol: 'udp', ports: ['30000-32767'] },
      ],
    },
  ];
}

/** Whether a rule does what is wanted, whatever the order in which the API lists things. */
export function sameRule(wanted: FirewallRule, actual: FirewallRule | undefined): boolean {
  return actual !== undefined && canonical(wanted) === canonical(actual);
}

function canonical({ sources, allowed, network }: FirewallRule): string {
  const protocols = allowed.map(
    ({ protocol, ports }) => `${protocol}:${[...(ports ?? [])].sort().join(',')}`,
  );
  // An IPv6 range has many notations.
  const ranges = sources.map((source) => readCidr(source) ?? source);
  return JSON.stringify([network, ranges.sort(), protocols.sort()]);
}

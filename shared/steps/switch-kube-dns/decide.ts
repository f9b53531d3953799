import type { KubeDns } from '../../kubernetes/cluster.ts';
import { addressAt, type Cidr, familyOfAddress } from '../../migration/cidr.ts';
import type { Decision, Outcome } from '../../migration/outcome.ts';
import type { Reason } from './reasons.ts';

export interface KubeDnsFacts {
  readonly state: Awaited<ReturnType<KubeDns['state']>>;
  /** The Services' IPv6 range; undefined while the services subnet shows none. */
  readonly servicesIpv6: Cidr | undefined;
}

export type KubeDnsAction = { readonly kind: 'make dual-stack'; readonly preferredIpv6: string };

/** Gardener pins the DNS address of each family to the tenth of the service range (`operation/shoot/shoot.go`). */
const DNS_ADDRESS_OFFSET = 10;

/** The Service gets its second cluster IP; done when it has endpoints of both families. Its IPv4 one never changes. */
export function decideKubeDns({ state, servicesIpv6 }: KubeDnsFacts): Decision<KubeDnsAction> {
  const [first, second] = state.clusterIps;
  if (first === undefined || familyOfAddress(first) !== 'IPv4') {
    return notIpv4First(state.clusterIps);
  }
  if (second === undefined) {
    if (servicesIpv6 === undefined) {
      return blocked(
        'ServicesRangeMissing',
        'The services subnet has no external IPv6 range.',
        'Somebody removed it or turned it back: restore the services subnet’s dual-stack state, then publish the step again.',
      );
    }
    const preferredIpv6 = addressAt(servicesIpv6, DNS_ADDRESS_OFFSET);
    return { kind: 'act', action: { kind: 'make dual-stack', preferredIpv6 } };
  }
  if (familyOfAddress(second) !== 'IPv6') return notIpv4First(state.clusterIps);
  const { IPv4, IPv6 } = state.endpoints;
  if (IPv4 === 0 || IPv6 === 0) {
    return {
      kind: 'waiting',
      reason: 'EndpointsNotYetDualStack' satisfies Reason,
      message: `kube-dns has ${IPv4} ready IPv4 endpoints and ${IPv6} IPv6 ones`,
      lookAgainAfterSeconds: 5,
    };
  }
  return {
    kind: 'done',
    summary: `kube-dns answers at ${first} and ${second} with ${IPv4} IPv4 and ${IPv6} IPv6 endpoints`,
  };
}

function notIpv4First(clusterIps: readonly string[]): Outcome {
  return blocked(
    'KubeDnsNotIpv4First',
    `The cluster IPs of kube-dns are ${clusterIps.join(', ') || 'none'}, expected IPv4 first and IPv6 second.`,
    'Restore the Service with its IPv4 cluster IP first, and none or an IPv6 one second.',
  );
}

function blocked(reason: Reason, message: string, remedy: string): Outcome {
  return { kind: 'blocked', reason, message, remedy };
}

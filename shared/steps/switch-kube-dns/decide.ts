import { addressAt, familyOfAddress, readCidr } from '../../migration/cidr.ts';
import type { Decision, Outcome } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import { outcomesFor } from '../outcomes.ts';
import { answersOverBoth, isSingleStack, livePods, podsAndReasons } from '../restart-coredns/pods.ts';
import type { KubeDnsFacts, ServicesRange } from './gather.ts';
import { notesOn } from './notes.ts';
import type { Reason } from './reasons.ts';
import { awaitStaying, wasSwitchedBack } from './switched.ts';

const { waiting, blocked } = outcomesFor<Reason>();

export interface KubeDnsAction {
  readonly kind: 'make dual-stack';
  readonly pinnedIpv6: string;
  readonly within: ServicesRange;
}

/** Gardener pins the DNS address of each family to the tenth of the service range (`operation/shoot/shoot.go`). */
const DNS_ADDRESS_OFFSET = 10;

/** Such a pod is no step's to delete: it came up after CoreDNS had been restarted, or is somebody else's. */
const SINGLE_STACK_HINT =
  '; a running pod gets no second address: look at the network plugin of its node, then delete the pod';

/**
 * The Service gets its second cluster IP, never before every live CoreDNS pod answers over both families; that is looked at
 * here, whatever an earlier step saw. Done when each of these pods is a ready endpoint of both, and that has stayed so. Its
 * IPv4 address never changes.
 */
export function decideKubeDns(facts: KubeDnsFacts): Decision<KubeDnsAction> {
  const { service, pods, servicesIpv6 } = facts;
  const [ipv4 = 'none', ipv6] = service.clusterIps;
  const secondIsWrong = ipv6 !== undefined && familyOfAddress(ipv6) !== 'IPv6';
  if (familyOfAddress(ipv4) !== 'IPv4' || secondIsWrong) return notIpv4First(service.clusterIps);
  if (!service.hasSelector) {
    return blocked(
      'KubeDnsWithoutSelector',
      'The Service kube-system/kube-dns has no selector, so its endpoints are somebody’s own affair.',
      'Restore its selector (k8s-app: kube-dns), then publish the step again.',
    );
  }
  const live = livePods(pods);
  const lacking = live.filter((pod) => !answersOverBoth(pod));
  if (live.length === 0 || lacking.length > 0) {
    const names = live.length === 0 ? 'there is no CoreDNS pod' : podsAndReasons(lacking);
    const hint = lacking.some(isSingleStack) ? SINGLE_STACK_HINT : '';
    const progress = { done: live.length - lacking.length, total: live.length, unit: 'CoreDNS pods ready' };
    return waiting('CoreDnsNotReady', `${names}${hint}`, 10, progress);
  }
  if (ipv6 === undefined) return wasSwitchedBack(facts) ?? switchDecision(facts);
  const unlisted = live.filter(({ addresses }) =>
    addresses.some((address) => !service.readyEndpoints.has(address)),
  );
  if (unlisted.length > 0) {
    const progress = { done: live.length - unlisted.length, total: live.length, unit: 'CoreDNS pods listed' };
    const names = unlisted.map(({ name, addresses }) => `${name} (${addresses.join(', ')})`);
    return waiting(
      'EndpointsNotYetDualStack',
      `not among the ready endpoints of kube-dns with each of their addresses: ${listed(names)}`,
      5,
      progress,
    );
  }
  const staying = awaitStaying(facts);
  if (staying !== undefined) return staying;
  const pinned = servicesIpv6 === undefined ? undefined : pinnedAddress(servicesIpv6);
  const summary = `kube-dns answers at ${ipv4} and ${ipv6} with ${live.length} endpoints of each family`;
  const notes = notesOn(facts, { ipv4, ipv6: canonical(ipv6), pinned });
  return { kind: 'done', summary: [summary, ...notes].join('. ') };
}

function switchDecision({ servicesIpv6, acceptsDualStackServices }: KubeDnsFacts): Decision<KubeDnsAction> {
  if (servicesIpv6 === undefined) {
    return blocked(
      'ServicesRangeMissing',
      'Neither the Shoot’s status.networking.services nor the services subnet shows an IPv6 range.',
      'Somebody removed it or turned it back: restore the services subnet’s dual-stack state, then publish the step again.',
    );
  }
  if (acceptsDualStackServices !== true) {
    return waiting('ControlPlaneNotDualStack', 'the API server refuses Services of both families', 15);
  }
  const pinnedIpv6 = pinnedAddress(servicesIpv6);
  return { kind: 'act', action: { kind: 'make dual-stack', pinnedIpv6, within: servicesIpv6 } };
}

function pinnedAddress({ range }: ServicesRange): string {
  return canonical(addressAt(range, DNS_ADDRESS_OFFSET));
}

/** IPv6 has many spellings; two of one address are no difference. */
function canonical(address: string): string {
  return readCidr(`${address}/128`, 'IPv6')?.split('/')[0] ?? address;
}

function notIpv4First(clusterIps: readonly string[]): Outcome {
  return blocked(
    'KubeDnsNotIpv4First',
    `The cluster IPs of kube-dns are ${clusterIps.join(', ') || 'none'}, expected IPv4 first and IPv6 second.`,
    'Restore the Service with its IPv4 cluster IP first, and none or an IPv6 one second.',
  );
}

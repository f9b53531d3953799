import type { Reasons } from '../../migration/outcome.ts';

/** Why kube-dns is not dual-stack yet. */
export const REASONS = {
  ControlPlaneNotDualStack:
    'The API server does not accept dual-stack Services; it did before, or the migration would not have come here.',
  CoreDnsNotReady:
    'Not every live CoreDNS pod is Ready with an address of each family; queries to an IPv6 cluster IP would fail.',
  EndpointsNotYetDualStack:
    'kube-dns has both cluster IPs; not every CoreDNS pod is among its ready endpoints of both families yet.',
  KubeDnsNotIpv4First:
    'The cluster IPs of kube-dns are not an IPv4 one first and an IPv6 one second; clients would lose the address that they know.',
  KubeDnsSwitchedBack:
    'kube-dns had both cluster IPs, and somebody took the IPv6 one away again; it is given once more in a while.',
  KubeDnsWatched: 'kube-dns was switched a moment ago; it is looked at whether it stays so.',
  KubeDnsWithoutSelector:
    'kube-dns selects no pods, so that nothing keeps its endpoints in step with CoreDNS.',
  PinnedAddressOutsideRange:
    'The address that Gardener pins to kube-dns is outside the API server’s own IPv6 service range; another one would stand in Gardener’s way for ever.',
  ServicesRangeMissing:
    'Neither the Shoot’s status nor the services subnet shows the IPv6 range from which Services get their addresses.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;

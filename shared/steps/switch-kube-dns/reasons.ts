import type { Reasons } from '../../migration/outcome.ts';

/** Why kube-dns is not dual-stack yet. */
export const REASONS = {
  EndpointsNotYetDualStack:
    'kube-dns has both cluster IPs; its endpoints of both families are not all there yet.',
  KubeDnsNotIpv4First:
    'The cluster IPs of kube-dns are not an IPv4 one first and an IPv6 one second; clients would lose the address that they know.',
  ServicesRangeMissing: 'The services subnet shows no IPv6 range, from which Services would get theirs.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;

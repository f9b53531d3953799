import type { Reasons } from '../../migration/outcome.ts';

/** Why kube-dns is not dual-stack yet. */
export const REASONS = {
  EndpointsNotYetDualStack:
    'kube-dns has both cluster IPs; its endpoints of both families are not all there yet.',
  KubeDnsNotIpv4First:
    'The first cluster IP of kube-dns is not its IPv4 one; clients would lose the address that they know.',
  ServicesRangeMissing: 'The services subnet shows no IPv6 range, from which Services would get theirs.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;

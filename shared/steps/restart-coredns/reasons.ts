import type { Reasons } from '../../migration/outcome.ts';

/** Why CoreDNS does not answer over both families yet. */
export const REASONS = {
  CoreDnsRollingOut: 'CoreDNS was restarted; its new pods are not all ready with an address of each family.',
  CoreDnsStillSingleStack:
    'CoreDNS was restarted and rolled out, but its pods have no address of each family: the network plugin gives none out.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;

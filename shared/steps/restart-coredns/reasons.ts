import type { Reasons } from '../../migration/outcome.ts';

/** Why CoreDNS does not answer over both families yet. */
export const REASONS = {
  CoreDnsRollingOut: 'CoreDNS is being restarted; its pods are not all ready with an address of each family.',
  CoreDnsStillSingleStack:
    'CoreDNS pods that a restart does not help have no address of each family: the network plugin of their nodes gives none out, or they are not of the Deployment.',
  CoreDnsPaused: 'The Deployment of CoreDNS is paused, so that no restart would replace a pod.',
  CoreDnsRolloutStuck: 'The new pods of CoreDNS have not become ready for longer than its Deployment allows.',
  CoreDnsScaledToZero: 'The Deployment of CoreDNS has no replicas.',
} as const satisfies Reasons;
export type Reason = keyof typeof REASONS;

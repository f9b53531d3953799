import type { CoreDns, CoreDnsPod } from '../../kubernetes/cluster.ts';
import { familyOfAddress } from '../../migration/cidr.ts';
import type { Decision } from '../../migration/outcome.ts';
import { listed } from '../listed.ts';
import type { Reason } from './reasons.ts';

export interface CoreDnsFacts {
  readonly pods: readonly CoreDnsPod[];
  readonly state: Awaited<ReturnType<CoreDns['state']>>;
  /** The stamp of this migration's one restart, once it is decided. */
  readonly restartStamp: string | undefined;
}

export type CoreDnsAction = { readonly kind: 'restart' };

export const RESTART_STAMP = 'restart-coredns/restarted-at';

/**
 * One restart per migration, however often this is asked: the stamp is stored first, and the same stamp on the pod
 * template is no second restart. Gardener stamps a new time in every reconcile while one pod lacks an address
 * (`gardener-core-flow.md` §6.1). Done when every live pod is Ready with an address of each family.
 */
export function decideCoreDns({ pods, state, restartStamp }: CoreDnsFacts): Decision<CoreDnsAction> {
  const lacking = pods.filter((pod) => !pod.ready || !hasBothFamilies(pod));
  if (pods.length > 0 && lacking.length === 0) {
    return {
      kind: 'done',
      summary: `all ${pods.length} CoreDNS pods are ready with an address of each family`,
    };
  }
  if (restartStamp === undefined || state.restartedAt !== restartStamp) {
    return { kind: 'act', action: { kind: 'restart' } };
  }
  const singleStack = lacking.filter(({ ready }) => ready);
  if (state.rollout.complete && singleStack.length > 0) {
    return {
      kind: 'blocked',
      reason: 'CoreDnsStillSingleStack' satisfies Reason,
      message: `After the restart these pods have one address only: ${listed(singleStack.map(({ name }) => name))}.`,
      remedy: 'Look at the calico-node of their nodes, delete the pods, then publish the step again.',
    };
  }
  return {
    kind: 'waiting',
    reason: 'CoreDnsRollingOut' satisfies Reason,
    message: `waiting for ${listed(lacking.map(({ name }) => name)) || 'the first CoreDNS pod'}`,
    lookAgainAfterSeconds: 10,
    progress: { done: pods.length - lacking.length, total: pods.length, unit: 'CoreDNS pods ready' },
  };
}

function hasBothFamilies({ addresses }: CoreDnsPod): boolean {
  const families = new Set(addresses.map(familyOfAddress));
  return families.has('IPv4') && families.has('IPv6');
}

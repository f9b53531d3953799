import type { Calico, CalicoSettings } from '../../kubernetes/cluster.ts';
import type { Garden } from '../../kubernetes/garden.ts';
import type { Decision } from '../../migration/outcome.ts';
import type { Reason } from './reasons.ts';

export interface CniFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly acceptsDualStackServices: boolean;
  readonly garden: Awaited<ReturnType<Garden['state']>>;
  /** When a reconciliation was asked for, if it was. */
  readonly reconcileAskedAt: string | undefined;
  /** Undefined while the nodes subnet shows no IPv6 range. */
  readonly calico:
    | { readonly settings: CalicoSettings; readonly state: Awaited<ReturnType<Calico['state']>> }
    | undefined;
}

export type CniAction =
  | { readonly kind: 'ask for reconciliation' }
  | { readonly kind: 'configure'; readonly settings: CalicoSettings; readonly differing: readonly string[] };

export const RECONCILE_ASKED_AT = 'configure-cni/reconcile-asked-at';

/** A reconciliation that did not make the API server dual-stack within this time is asked for again. */
const RECONCILE_SECONDS = 1_800;

/** First the gate, then the configuration, and done when every node runs with it, not when it was written. */
export function decideCni(facts: CniFacts): Decision<CniAction> {
  const { calico } = facts;
  if (calico === undefined) {
    return {
      kind: 'blocked',
      reason: 'NodesIpv6RangeMissing' satisfies Reason,
      message: 'The nodes subnet has no external IPv6 range.',
      remedy: 'Somebody turned it back to IPV4_ONLY; make it dual-stack again, then publish the step.',
    };
  }
  if (!facts.acceptsDualStackServices) {
    if (!facts.garden.reconciling && !askedRecently(facts)) {
      return { kind: 'act', action: { kind: 'ask for reconciliation' } };
    }
    return {
      kind: 'waiting',
      reason: 'ControlPlaneNotDualStack' satisfies Reason,
      message: 'the API server refuses Services that require both families',
      lookAgainAfterSeconds: 15,
    };
  }
  const { differing, rollout } = calico.state;
  if (differing.length > 0) {
    return { kind: 'act', action: { kind: 'configure', settings: calico.settings, differing } };
  }
  if (!rollout.complete) {
    return {
      kind: 'waiting',
      reason: 'CalicoRollingOut' satisfies Reason,
      message: `calico-node runs with the new configuration on ${rollout.updated} of ${rollout.desired} nodes`,
      lookAgainAfterSeconds: 15,
      progress: { done: rollout.updated, total: rollout.desired, unit: 'nodes configured' },
    };
  }
  return { kind: 'done', summary: `Calico gives out both families on all ${rollout.desired} nodes` };
}

function askedRecently({ reconcileAskedAt, now }: CniFacts): boolean {
  return reconcileAskedAt !== undefined && now - Date.parse(reconcileAskedAt) < RECONCILE_SECONDS * 1000;
}

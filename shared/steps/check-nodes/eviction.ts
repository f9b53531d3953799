import type { DrainablePod, EvictionBudget } from '../../kubernetes/node-drain.ts';

/**
 * Whether the API server would grant a pod's eviction, by the rules of its eviction subresource
 * (`pkg/registry/core/pod/storage/eviction.go`). Asked before, so that who waits for a budget can say for which.
 */
export type Evictability =
  /** `spends`: the budget that this eviction takes one from. */
  | { readonly kind: 'now'; readonly spends?: EvictionBudget }
  | { readonly kind: 'not now'; readonly budget: EvictionBudget }
  | { readonly kind: 'never'; readonly budgets: readonly EvictionBudget[] };

export function evictabilityOf({ running, ready, budgets }: DrainablePod): Evictability {
  const [budget, ...others] = budgets;
  // Nothing is disrupted by the end of what does not run.
  if (!running || budget === undefined) return { kind: 'now' };
  if (others.length > 0) return { kind: 'never', budgets };
  if (!ready && budget.letsUnreadyGo) return { kind: 'now' };
  const isKept = budget.desiredHealthy > 0 && budget.currentHealthy >= budget.desiredHealthy;
  if (!ready && isKept) return { kind: 'now' };
  if (!budget.observed) return { kind: 'not now', budget };
  if (budget.allowed > 0) return { kind: 'now', spends: budget };
  return allowsNone(budget) ? { kind: 'never', budgets } : { kind: 'not now', budget };
}

/**
 * A budget that asks for as many healthy pods as there shall be: not even when all of them are well may one go (what
 * the machine-controller-manager calls misconfigured, peers.md §2.9).
 */
export function allowsNone({ observed, pods, desiredHealthy, allowed }: EvictionBudget): boolean {
  return observed && pods > 0 && allowed === 0 && desiredHealthy >= pods;
}

/** Of these pods those that may be asked to leave now, no more of a budget than it allows. */
export function evictableNow(pods: readonly DrainablePod[]): readonly DrainablePod[] {
  const spent = new Map<string, number>();
  return pods.filter((pod) => {
    const evictability = evictabilityOf(pod);
    if (pod.terminating || evictability.kind !== 'now') return false;
    const { spends } = evictability;
    if (spends === undefined) return true;
    const count = (spent.get(spends.key) ?? 0) + 1;
    spent.set(spends.key, count);
    return count <= spends.allowed;
  });
}

/** `shop/web-1 on node-a (budget shop/web)`; one without a budget is held by what the log quotes. */
export function heldPod({ key, node, budgets }: DrainablePod): string {
  if (budgets.length === 0) return `${key} on ${node} (no budget; the API server refused, see the log)`;
  return `${key} on ${node} (budget ${budgets.map((budget) => budget.key).join(' and ')})`;
}

import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Cluster, DisruptionBudget } from '../cluster.ts';
import type { EvictionBudget, NodeDrain } from '../node-drain.ts';
import type { ApiServer } from './api-server.ts';
import { selectorText, selects } from './labels.ts';
import { allPages } from './pages.ts';
import { isSeen } from './rollout.ts';

export function disruptionBudgets(api: ApiServer): Pick<Cluster, 'disruptionBudgets'> {
  return { disruptionBudgets: async () => (await listBudgets(api)).map(disruptionBudget) };
}

export function evictionBudgets(api: ApiServer): Pick<NodeDrain, 'budgets'> {
  return { budgets: async () => (await listBudgets(api)).map(evictionBudget) };
}

async function listBudgets(api: ApiServer): Promise<V1PodDisruptionBudget[]> {
  return await allPages(api, 'list PodDisruptionBudgets', (page, options) =>
    api.policy.listPodDisruptionBudgetForAllNamespaces(page, options),
  );
}

/** One that its controller has not looked at yet allows nothing, and the eviction API takes it so too. */
function disruptionBudget({ metadata, status }: V1PodDisruptionBudget): DisruptionBudget {
  return {
    key: `${metadata?.namespace}/${metadata?.name}`,
    allowed: status?.disruptionsAllowed ?? 0,
    pods: status?.expectedPods ?? 0,
  };
}

/** In `policy/v1` an empty selector counts every pod of the namespace, and a missing one none (API reference, PDB spec). */
function evictionBudget(budget: V1PodDisruptionBudget): EvictionBudget {
  const { metadata, spec, status } = budget;
  const selector = spec?.selector;
  return {
    ...disruptionBudget(budget),
    namespace: metadata?.namespace ?? '',
    selector: selector === undefined ? undefined : selectorText(selector),
    selects: (labels) => selector !== undefined && selects(selector, labels),
    desiredHealthy: status?.desiredHealthy ?? 0,
    currentHealthy: status?.currentHealthy ?? 0,
    observed: isSeen(metadata?.generation, status?.observedGeneration),
    letsUnreadyGo: spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow',
  };
}

import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Cluster, DisruptionBudget } from '../cluster.ts';
import type { ApiServer } from './api-server.ts';
import { allPages } from './pages.ts';

export function disruptionBudgets(api: ApiServer): Pick<Cluster, 'disruptionBudgets'> {
  return {
    async disruptionBudgets() {
      const budgets = await allPages(api, 'list PodDisruptionBudgets', (page, options) =>
        api.policy.listPodDisruptionBudgetForAllNamespaces(page, options),
      );
      return budgets.map(disruptionBudget);
    },
  };
}

/** One that its controller has not looked at yet allows nothing, and the eviction API takes it so too. */
function disruptionBudget({ metadata, status }: V1PodDisruptionBudget): DisruptionBudget {
  return {
    key: `${metadata?.namespace}/${metadata?.name}`,
    allowed: status?.disruptionsAllowed ?? 0,
    pods: status?.expectedPods ?? 0,
  };
}

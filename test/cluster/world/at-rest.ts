import type { ApiClient } from '../../../infra/local/actors/bind/http/client.ts';
import { isNodeReady } from '../../../infra/local/cluster/kinds/node.ts';
import { nodes } from '../../../infra/local/cluster/resources/core.ts';
import {
  daemonSets,
  deployments,
  podDisruptionBudgets,
} from '../../../infra/local/cluster/resources/workloads.ts';
import { eventually } from './eventually.ts';

/** Resolves when nodes, Deployments, DaemonSets and disruption budgets are as they want to be. */
export async function atRest(client: ApiClient): Promise<void> {
  await eventually('every node is ready and untainted', async () => {
    const { items } = await client.list(nodes);
    return items.every((node) => isNodeReady(node) && (node.spec?.taints ?? []).length === 0);
  });
  await eventually('every Deployment is available', async () => {
    const { items } = await client.list(deployments);
    return items.every(
      ({ spec, status, metadata }) =>
        status?.observedGeneration === metadata.generation && status?.availableReplicas === spec.replicas,
    );
  });
  await eventually('every DaemonSet is rolled out', async () => {
    const { items } = await client.list(daemonSets);
    return items.every(
      ({ status, metadata }) =>
        status?.observedGeneration === metadata.generation &&
        (status?.numberAvailable ?? 0) > 0 &&
        status?.numberAvailable === status?.desiredNumberScheduled,
    );
  });
  await eventually('every disruption budget is counted', async () => {
    const { items } = await client.list(podDisruptionBudgets);
    return items.every(({ status }) => (status?.expectedPods ?? 0) > 0);
  });
}

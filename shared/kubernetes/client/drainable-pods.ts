import type { V1Pod } from '@kubernetes/client-node';
import { ClusterObjectMissing } from '../errors.ts';
import type { DrainablePod, EvictionBudget, NodeDrain } from '../node-drain.ts';
import { refusalIn, wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';
import { allPages } from './pages.ts';

/** On the API server's copy of a pod that its node's kubelet runs from a file: it cannot be evicted, and leaves with the node. */
const MIRROR = 'kubernetes.io/config.mirror';

/**
 * What the API server says for an admission webhook or a ValidatingAdmissionPolicy, with whatever status that chose. Such rules guard
 * this one pod, often for a while: no reason to leave its node cordoned behind a block, as for missing rights.
 */
const DENIED_BY_POLICY =
  /^admission webhook .* denied the request|ValidatingAdmissionPolicy .* denied request/;

type Emptying = Pick<NodeDrain, 'podsOn' | 'podsUnder' | 'evict'>;

export function drainablePods(api: ApiServer): Emptying {
  return {
    async podsOn(node, budgets) {
      const fieldSelector = `spec.nodeName=${node}`;
      const pods = await allPages(api, `list Pods on ${node}`, (page, options) =>
        api.core.listPodForAllNamespaces({ ...page, fieldSelector }, options),
      );
      return pods.filter(hasToLeave).map((pod) => drainablePod(pod, budgets));
    },
    async podsUnder({ key, namespace, selector: labelSelector }, budgets) {
      if (labelSelector === undefined) return [];
      const pods = await allPages(api, `list Pods under the budget ${key}`, (page, options) =>
        api.core.listNamespacedPod({ ...page, namespace, labelSelector }, options),
      );
      return pods.filter(hasToLeave).map((pod) => drainablePod(pod, budgets));
    },
    async evict({ key, namespace, name, uid }) {
      const body = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { namespace, name },
        // Its successor of the same name, a StatefulSet's, is another pod.
        deleteOptions: { preconditions: { uid } },
      };
      try {
        await api.once(
          `evict Pod ${key}`,
          (options) => api.core.createNamespacedPodEviction({ namespace, name, body }, options),
          `Pod ${key}`,
        );
        return { kind: 'leaving' };
      } catch (error) {
        if (error instanceof ClusterObjectMissing) return { kind: 'gone' };
        // 429: a budget, or one that is being looked at; 409: not the pod that was meant, or changed meanwhile.
        const message = refusalIn(error);
        const notNow = wasAnswered(error, 429) || wasAnswered(error, 409) || DENIED_BY_POLICY.test(message);
        if (!notNow) throw error;
        return { kind: 'refused', message };
      }
    },
  };
}

/** A DaemonSet's pod would only come back. */
function hasToLeave(pod: V1Pod): boolean {
  return controllerOf(pod)?.kind !== 'DaemonSet' && pod.metadata?.annotations?.[MIRROR] === undefined;
}

function controllerOf({ metadata }: V1Pod) {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true);
}

function drainablePod(pod: V1Pod, budgets: readonly EvictionBudget[]): DrainablePod {
  const { metadata, spec, status } = pod;
  const { namespace = '', name = '', uid = '', labels = {} } = metadata ?? {};
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    uid,
    node: spec?.nodeName ?? '',
    terminating: metadata?.deletionTimestamp !== undefined,
    running: status?.phase === 'Running' || status?.phase === 'Unknown',
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    comesBack: controllerOf(pod) !== undefined,
    budgets: budgets.filter((budget) => budget.namespace === namespace && budget.selects(labels)),
  };
}

import type { V1Pod } from '@kubernetes/client-node';
import type { CoreDns, CoreDnsPod } from '../cluster.ts';
import type { ApiServer } from './api-server.ts';
import { mayRun, podsOf } from './pods.ts';
import { deploymentRollout } from './rollout.ts';

/** As Gardener stamps it, so that its next reconciliation carries our value over (gardener-core-flow.md §6.1). */
const RESTARTED_AT = 'gardener.cloud/restarted-at';

const namespace = 'kube-system';
const name = 'coredns';
const OBJECT = `Deployment ${namespace}/${name}`;
const POD_LABEL = 'k8s-app=kube-dns';

export function coreDns(api: ApiServer): CoreDns {
  return {
    async livePods() {
      const pods = await podsOf(api, namespace, POD_LABEL);
      return pods.filter(isLive).map(coreDnsPod);
    },

    async state() {
      const deployment = await api.get(OBJECT, (options) =>
        api.apps.readNamespacedDeployment({ namespace, name }, options),
      );
      return {
        restartedAt: deployment.spec?.template.metadata?.annotations?.[RESTARTED_AT],
        rollout: deploymentRollout(deployment),
      };
    },

    async restart(restartedAt) {
      await api.change({
        object: OBJECT,
        kind: 'strategic',
        read: (options) => api.apps.readNamespacedDeployment({ namespace, name }, options),
        patchOf: ({ spec }) =>
          spec?.template.metadata?.annotations?.[RESTARTED_AT] === restartedAt
            ? undefined
            : { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: restartedAt } } } } },
        send: (body, options) => api.apps.patchNamespacedDeployment({ namespace, name, body }, options),
      });
    },
  };
}

/** Evicted and terminating pods keep their one address for ever and would hold up a check of all (§10, T4). */
function isLive(pod: V1Pod): boolean {
  return mayRun(pod) && pod.metadata?.deletionTimestamp === undefined;
}

function coreDnsPod({ metadata, status }: V1Pod): CoreDnsPod {
  const addresses = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  return {
    name: metadata?.name ?? '',
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    addresses,
  };
}

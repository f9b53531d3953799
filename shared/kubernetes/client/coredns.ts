import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { CoreDns, CoreDnsPod } from '../cluster.ts';
import type { ApiServer } from './api-server.ts';
import { podsOf } from './pods.ts';
import { isSeen } from './rollout.ts';

/** As Gardener stamps it, so that its next reconciliation carries our value over (gardener-core-flow.md §6.1). */
const RESTARTED_AT = 'gardener.cloud/restarted-at';
const TEMPLATE_HASH = 'pod-template-hash';

const namespace = 'kube-system';
const name = 'coredns';
const OBJECT = `Deployment ${namespace}/${name}`;
/** What the Service kube-dns selects and Gardener's own check lists by (§2.2): every pod that answers, whoever made it. */
const POD_LABEL = 'k8s-app=kube-dns';

export function coreDns(api: ApiServer): CoreDns {
  return {
    async pods() {
      return (await podsOf(api, namespace, POD_LABEL)).map(coreDnsPod);
    },

    async state() {
      const deployment = await api.get(OBJECT, (options) =>
        api.apps.readNamespacedDeployment({ namespace, name }, options),
      );
      return {
        restartedAt: deployment.spec?.template.metadata?.annotations?.[RESTARTED_AT],
        replicas: deployment.spec?.replicas ?? 1,
        paused: deployment.spec?.paused ?? false,
        rolling: isRolling(deployment),
        stuck: whyStuck(deployment),
      };
    },

    async restart(restartedAt) {
      await api.change({
        object: OBJECT,
        kind: 'strategic',
        read: (options) => api.apps.readNamespacedDeployment({ namespace, name }, options),
        patchOf: ({ spec }) =>
          isRestartedSince(spec?.template.metadata?.annotations?.[RESTARTED_AT], restartedAt)
            ? undefined
            : { spec: { template: { metadata: { annotations: { [RESTARTED_AT]: restartedAt } } } } },
        send: (body, options) => api.apps.patchNamespacedDeployment({ namespace, name, body }, options),
      });
    },
  };
}

/** Gardener's own stamp, in whole seconds, may come between the decision and the patch: that is the restart then. */
function isRestartedSince(present: string | undefined, stamp: string): boolean {
  const wholeSeconds = (time: string) => Math.floor(Date.parse(time) / 1_000);
  return present !== undefined && wholeSeconds(present) >= wholeSeconds(stamp);
}

/** `status.replicas` counts the pods of all templates, without terminating ones. */
function isRolling({ metadata, spec, status }: V1Deployment): boolean {
  if (!isSeen(metadata?.generation, status?.observedGeneration)) return true;
  const updated = status?.updatedReplicas ?? 0;
  return updated < (spec?.replicas ?? 1) || (status?.replicas ?? 0) > updated;
}

/** The controller goes on trying all the same; it only says so (Kubernetes' documentation, "Failed Deployment"). */
function whyStuck({ metadata, status }: V1Deployment): string | undefined {
  if (!isSeen(metadata?.generation, status?.observedGeneration)) return undefined;
  const failed = status?.conditions?.find(
    (condition) =>
      condition.type === 'Progressing' &&
      condition.status === 'False' &&
      condition.reason === 'ProgressDeadlineExceeded',
  );
  return failed === undefined ? undefined : (failed.message ?? failed.reason ?? '');
}

function coreDnsPod(pod: V1Pod): CoreDnsPod {
  const { metadata, spec, status } = pod;
  return {
    name: metadata?.name ?? '',
    node: spec?.nodeName,
    notReady: whyNotReady(pod),
    addresses: status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []),
    gone: whyGone(pod),
    createdAt: metadata?.creationTimestamp?.getTime() ?? 0,
    ofDeployment: isOfDeployment(pod),
  };
}

/** Evicted (`Failed`) and terminating pods keep their one address for ever and would hold up a check of all (§10, T4). */
function whyGone({ metadata, status }: V1Pod): CoreDnsPod['gone'] {
  if (status?.phase === 'Failed') return 'failed';
  if (status?.phase === 'Succeeded') return 'completed';
  return metadata?.deletionTimestamp === undefined ? undefined : 'terminating';
}

/** The most telling of what the scheduler, the kubelet and the node controller say. */
function whyNotReady({ spec, status }: V1Pod): string | undefined {
  const condition = (type: string) => status?.conditions?.find((entry) => entry.type === type);
  const ready = condition('Ready');
  if (ready?.status === 'True') return undefined;
  if (spec?.nodeName === undefined) {
    const { reason = 'not scheduled', message } = condition('PodScheduled') ?? {};
    return message === undefined ? reason : `${reason}: ${message}`;
  }
  const container = status?.containerStatuses?.find(({ state }) => state?.waiting !== undefined);
  return container?.state?.waiting?.reason ?? ready?.reason ?? status?.phase ?? 'not ready';
}

/** The Deployment controller names its ReplicaSets so (`pkg/controller/deployment/sync.go`), which spares a right to list them. */
function isOfDeployment({ metadata }: V1Pod): boolean {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  return owner?.kind === 'ReplicaSet' && owner.name === `${name}-${metadata?.labels?.[TEMPLATE_HASH]}`;
}

import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { ApiServer } from './api-server.ts';
import { selectorText } from './labels.ts';
import { allPages } from './pages.ts';
import { isSeen } from './rollout.ts';

const TEMPLATE_HASH = 'pod-template-hash';
const REVISION = 'deployment.kubernetes.io/revision';

/** Their specs say only where they run and with which environment: see {@link withoutBulk}. */
export async function podsOf(api: ApiServer, namespace: string, labelSelector: string): Promise<V1Pod[]> {
  return await allPages(
    api,
    `list Pods ${namespace} ${labelSelector}`,
    (page, options) => api.core.listNamespacedPod({ ...page, namespace, labelSelector }, options),
    withoutBulk,
  );
}

/** Volumes, mounts, probes and the record of who wrote what are most of a pod, and hundreds of megabytes of five thousand. */
function withoutBulk({ metadata, spec, status }: V1Pod): V1Pod {
  const { managedFields: _, ...kept } = metadata ?? {};
  const containers = spec?.containers.map(({ name, env = [] }) => ({ name, env })) ?? [];
  return {
    metadata: kept,
    spec: { containers, ...(spec?.nodeName !== undefined && { nodeName: spec.nodeName }) },
    ...(status !== undefined && { status }),
  };
}

/** Whether containers of the pod run or will run; those of an evicted or completed pod never do again. */
export function mayRun({ status }: V1Pod): boolean {
  return status?.phase !== 'Failed' && status?.phase !== 'Succeeded';
}

/**
 * Pods of the Deployment that run an earlier template, terminating ones included. As long as the controller has not seen
 * the present template, these are all of its pods.
 */
export async function oldPodsOf(
  api: ApiServer,
  namespace: string,
  deployment: V1Deployment,
): Promise<V1Pod[]> {
  const labelSelector = selectorText(deployment.spec?.selector ?? {});
  const hash = await presentTemplateHash(api, namespace, labelSelector, deployment);
  const pods = await podsOf(api, namespace, labelSelector);
  return pods.filter(
    (pod) => mayRun(pod) && (hash === undefined || pod.metadata?.labels?.[TEMPLATE_HASH] !== hash),
  );
}

/** Label value of the ReplicaSet with the highest revision, which is the one of the present template. */
async function presentTemplateHash(
  api: ApiServer,
  namespace: string,
  labelSelector: string,
  { metadata, status }: V1Deployment,
): Promise<string | undefined> {
  if (!isSeen(metadata?.generation, status?.observedGeneration)) return undefined;
  const call = `list ReplicaSets ${namespace} ${labelSelector}`;
  const sets = await allPages(api, call, (page, options) =>
    api.apps.listNamespacedReplicaSet({ ...page, namespace, labelSelector }, options),
  );
  const [newest] = sets
    .filter((set) => set.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid))
    .map((set) => ({
      revision: Number(set.metadata?.annotations?.[REVISION] ?? 0),
      hash: set.metadata?.labels?.[TEMPLATE_HASH],
    }))
    .sort((a, b) => b.revision - a.revision);
  return newest?.hash;
}

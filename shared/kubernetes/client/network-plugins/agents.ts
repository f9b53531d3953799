import { isDeepStrictEqual } from 'node:util';
import type { V1ConfigMap, V1DaemonSet, V1EnvVar, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { NodeAgent } from '../../network-plugin.ts';
import type { ApiServer } from '../api-server.ts';
import { selectorText } from '../labels.ts';
import { mayRun, podsOf } from '../pods.ts';
import { CNI_WRITE, isOlder, wantedStamp } from './write-stamp.ts';

/** Pods of the DaemonSet itself, not merely under its labels, that run or will run. */
export async function agentPods(api: ApiServer, { metadata, spec }: V1DaemonSet): Promise<readonly V1Pod[]> {
  const pods = await podsOf(api, metadata?.namespace ?? '', selectorText(spec?.selector ?? {}));
  return pods.filter(
    (pod) =>
      mayRun(pod) &&
      pod.metadata?.deletionTimestamp === undefined &&
      pod.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid),
  );
}

/** Those that have what the template has; all others are, or will be, replaced by a rollout that is under way. */
export function podsFrom(pods: readonly V1Pod[], template: V1PodTemplateSpec | undefined): readonly V1Pod[] {
  return pods.filter((pod) => isFrom(pod, template));
}

/** The stamp that the pod templates have to carry. */
export function agentsStamp(
  configMap: V1ConfigMap,
  { spec }: V1DaemonSet,
  pods: readonly V1Pod[],
  keys: readonly string[],
): string | undefined {
  const { template } = spec ?? {};
  return wantedStamp(configMap, template, podsFrom(pods, template), keys);
}

/** `writtenAt`: when the configuration was last written, as far as pods older than that have to be replaced. */
export function nodeAgents(
  pods: readonly V1Pod[],
  template: V1PodTemplateSpec | undefined,
  writtenAt: Date | undefined,
): readonly NodeAgent[] {
  return pods.map((pod) => ({
    node: pod.spec?.nodeName ?? '',
    pod: pod.metadata?.name ?? '',
    current: isFrom(pod, template) && !isOlder(pod, writtenAt),
    ready: pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    trouble: troubleOf(pod),
  }));
}

/** What `kubectl rollout restart` stamps. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/**
 * By content, in what a configuration is made of: stamps and checksums, and environment. A pod has all that its template has,
 * and webhooks add to both. Other annotations are not compared: the API server itself rewrites some of them.
 */
function isFrom({ metadata, spec }: V1Pod, template: V1PodTemplateSpec | undefined): boolean {
  const annotations = Object.entries(template?.metadata?.annotations ?? {});
  const containers = template?.spec?.containers ?? [];
  return (
    annotations
      .filter(([name]) => [CNI_WRITE, RESTARTED_AT].includes(name) || name.startsWith('checksum/'))
      .every(([name, value]) => metadata?.annotations?.[name] === value) &&
    containers.every(({ name, env = [] }) => {
      const present = spec?.containers.find((container) => container.name === name)?.env ?? [];
      return env.every((variable) => isIn(present, variable));
    })
  );
}

function isIn(present: readonly V1EnvVar[], variable: V1EnvVar): boolean {
  const found = present.find(({ name }) => name === variable.name);
  return (
    found !== undefined &&
    (found.value ?? '') === (variable.value ?? '') &&
    isDeepStrictEqual(found.valueFrom, variable.valueFrom)
  );
}

function troubleOf({ status }: V1Pod): string | undefined {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return containers.find(({ state }) => state?.waiting?.reason !== undefined)?.state?.waiting?.reason;
}

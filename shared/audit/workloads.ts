import { familiesOf } from './addresses.ts';
import type { Pod } from './objects/workloads.ts';
import type { ObjectName } from './report/schema.ts';

/** What makes pods, and those of its pods that something was found about. */
export interface Workload {
  readonly object: ObjectName;
  readonly pods: readonly Pod[];
}

const TEMPLATE_HASH = 'pod-template-hash';

/**
 * The Deployment, StatefulSet or whatever made the pod, or the pod itself. A ReplicaSet's name is its Deployment's with the hash of
 * the template behind it, which stands in a label of the pod; so ReplicaSets need not be listed.
 */
function makerOf({ metadata }: Pod): ObjectName {
  const { namespace, name, labels, ownerReferences } = metadata;
  const inNamespace = namespace === undefined ? {} : { namespace };
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) return { apiVersion: 'v1', kind: 'Pod', ...inNamespace, name };
  const suffix = `-${labels[TEMPLATE_HASH] ?? ''}`;
  if (owner.kind === 'ReplicaSet' && suffix.length > 1 && owner.name.endsWith(suffix)) {
    return {
      apiVersion: owner.apiVersion,
      kind: 'Deployment',
      ...inNamespace,
      name: owner.name.slice(0, -suffix.length),
    };
  }
  return { apiVersion: owner.apiVersion, kind: owner.kind, ...inNamespace, name: owner.name };
}

/** Pods by what made them, in the order in which each first appears. */
export function byMaker(pods: readonly Pod[]): readonly Workload[] {
  const workloads = new Map<string, { object: ObjectName; pods: Pod[] }>();
  for (const pod of pods) {
    const object = makerOf(pod);
    const key = `${object.kind} ${object.namespace} ${object.name}`;
    const workload = workloads.get(key) ?? { object, pods: [] };
    workload.pods.push(pod);
    workloads.set(key, workload);
  }
  return [...workloads.values()];
}

export function addressesOf({ status }: Pod): readonly string[] {
  if (status.podIPs.length > 0) return status.podIPs.map(({ ip }) => ip);
  return status.podIP ? [status.podIP] : [];
}

/** Runs, with at least one address: one that is starting may still get its second. */
export function hasStarted({ metadata, status }: Pod): boolean {
  return status.phase === 'Running' && !metadata.deletionTimestamp;
}

export function isIpv4Only(pod: Pod): boolean {
  const families = familiesOf(addressesOf(pod));
  return families.has('IPv4') && !families.has('IPv6');
}

/** How a workload's pods are made anew, as a sentence. */
export function restartOf({ kind, namespace = 'default', name }: ObjectName): string {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
      return `Have its pods made anew: kubectl rollout restart ${kind.toLowerCase()}/${name} -n ${namespace}`;
    case 'Job':
      return 'Wait for it to end: the next run starts with what there is by then.';
    case 'Pod':
      return `Create it anew, which nothing else does, after kubectl delete pod ${name} -n ${namespace}`;
    case 'Node':
      return `Restart the static pod on the node ${name}, or roll the node.`;
    default:
      return `Have the ${kind} make its pods anew.`;
  }
}

/** `a, b, c and 4 more` */
export function someOf(names: readonly string[], most = 3): string {
  const [shown, more] = [names.slice(0, most), names.length - most];
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

import type { Node, Taint } from '../kinds/node.ts';
import type { PodSpec, Toleration } from '../kinds/pod.ts';

/** Whether the node is one that the Pod asks for; its taints and readiness aside. */
export function selectsNode(spec: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  return Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
}

/** The first taint that keeps the Pod away, if any. */
export function untoleratedTaint(spec: PodSpec, node: Node): Taint | undefined {
  return node.spec?.taints?.find(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' &&
      !spec.tolerations?.some((toleration) => tolerates(toleration, taint)),
  );
}

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  if (toleration.key === undefined) return toleration.operator === 'Exists';
  if (toleration.key !== taint.key) return false;
  return toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
}

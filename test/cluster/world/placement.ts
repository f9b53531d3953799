import { z } from 'zod';
import { selectsNode, untoleratedTaint } from '../../../infra/local/cluster/controllers/placement.ts';
import type { Node } from '../../../infra/local/cluster/kinds/node.ts';
import { isNodeReady } from '../../../infra/local/cluster/kinds/node.ts';
import type { Pod } from '../../../infra/local/cluster/kinds/pod.ts';
import { objectAt } from '../../../infra/local/cluster/object/json.ts';

const requirement = z.object({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
  values: z.array(z.string()).default([]),
});
const term = z.object({
  matchExpressions: z.array(requirement).default([]),
  matchFields: z.array(requirement).default([]),
});
const required = z.object({ nodeSelectorTerms: z.array(term) });
type Requirement = z.output<typeof requirement>;

/**
 * Whether a scheduler may put the pod on the node: Ready, schedulable, selected, tolerated. Resources are not counted.
 */
export function mayRunOn(pod: Pod, node: Node): boolean {
  return (
    node.metadata.deletionTimestamp === undefined &&
    isPlaceable(pod, node) &&
    selectsNode(pod.spec, node) &&
    isAffine(pod, node) &&
    untoleratedTaint(pod.spec, node) === undefined
  );
}

/** The pods of a DaemonSet belong on a node whatever its state; they say so by what they tolerate. */
function isPlaceable(pod: Pod, node: Node): boolean {
  const ofDaemonSet = pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') ?? false;
  return ofDaemonSet || (isNodeReady(node) && node.spec?.unschedulable !== true);
}

/** One of the terms of the required node affinity holds; each pod of a DaemonSet names its node in one (`matchFields`). */
function isAffine(pod: Pod, node: Node): boolean {
  const path = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  const affinity = objectAt(pod.spec, ...path);
  if (Object.keys(affinity).length === 0) return true;
  const labels = node.metadata.labels ?? {};
  const fields = { 'metadata.name': node.metadata.name };
  return required.parse(affinity).nodeSelectorTerms.some(
    ({ matchExpressions, matchFields }) =>
      // A term that asks for nothing selects nothing (core/v1 NodeSelectorTerm).
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((entry) => holds(entry, labels)) &&
      matchFields.every((entry) => holds(entry, fields)),
  );
}

function holds({ key, operator, values }: Requirement, of: Readonly<Record<string, string>>): boolean {
  const value = of[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
  }
}

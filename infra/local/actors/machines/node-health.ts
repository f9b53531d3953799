import type { Node } from '../../cluster/kinds/node.ts';
import { isNodeReady } from '../../cluster/kinds/node.ts';
import { hasCondition } from '../conditions.ts';

/**
 * On every new node of a Gardener shoot until the pods that other pods cannot do without, the CNI's, run
 * there.
 */
export const CRITICAL_COMPONENTS_TAINT = 'node.gardener.cloud/critical-components-not-ready';

/**
 * A machine counts as available while its node is Ready and no condition stands that the
 * machine-controller-manager takes for ill health: of those that occur here, NetworkUnavailable. A new one
 * has not joined while its critical components are missing.
 */
export function isAvailable(node: Node | undefined): boolean {
  if (node === undefined || !isNodeReady(node)) return false;
  const incomplete = node.spec?.taints?.some(({ key }) => key === CRITICAL_COMPONENTS_TAINT) ?? false;
  return !incomplete && !hasCondition(node, 'NetworkUnavailable', 'True');
}

export function ipv4PodCidr(node: Node): string | undefined {
  return node.spec?.podCIDRs?.find((cidr) => !cidr.includes(':'));
}

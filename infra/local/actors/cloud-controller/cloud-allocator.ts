import { containsCidr } from 'cidr-tools';
import type { Node } from '../../cluster/kinds/node.ts';
import { withoutStack } from '../../without-stack.ts';
import { hasCondition, ROUTE_CREATED, setNodeCondition } from '../conditions.ts';
import type { ActorContext } from '../context.ts';
import type { Vm } from '../world.ts';

/**
 * The CloudAllocator's rules (gardener-gcp-flow.md §4.2, make-before-break.md §6.3): it writes what the NIC
 * shows into the Node and never the other way round.
 *
 * @returns undefined when the NIC does not show what the cluster's families ask for.
 */
export function podCidrsOfNic(vm: Vm, dualStack: boolean): string[] | undefined {
  const ipv4 = vm.aliases[0];
  const ipv6 = vm.ipv6Range?.replace(/\/96$/, '/112');
  if (dualStack) return ipv4 === undefined || ipv6 === undefined ? undefined : [ipv4, ipv6];
  if (ipv4 !== undefined) return [ipv4];
  return ipv6 === undefined ? undefined : [ipv6];
}

/** Nodes that the CloudAllocator looks at again when they change. */
export function wantsCloudCidr(node: Node): boolean {
  return (node.spec?.podCIDRs ?? []).length === 0 || !hasCondition(node, 'NetworkUnavailable', 'False');
}

/** @throws Error when the node cannot be given its pod CIDRs now; an event on the node says so too. */
export async function allocateFromCloud(
  context: ActorContext,
  node: Node,
  vm: Vm | undefined,
  dualStack: boolean,
): Promise<void> {
  const { cluster } = context;
  const name = node.metadata.name;
  const note = { type: 'Warning', component: 'cloud-node-ipam-controller' } as const;
  const cidrs = vm === undefined ? undefined : podCidrsOfNic(vm, dualStack);
  if (cidrs === undefined) {
    const families = dualStack ? 'IPv4 and IPv6' : 'IPv4';
    const message = `Node ${name} status is now: CIDRNotAvailable`;
    await cluster.recordNodeEvent(node, { ...note, reason: 'CIDRNotAvailable', message });
    const why = `its network interface has no ranges for the cluster stack family ${families}`;
    throw withoutStack(() => new Error(`${name}: ${why}`));
  }
  const present = node.spec?.podCIDRs ?? [];
  if (present.length > 0 && !sameCidrs(present, cidrs)) {
    const message = `Node ${name} status is now: CIDRAssignmentFailed`;
    await cluster.recordNodeEvent(node, { ...note, reason: 'CIDRAssignmentFailed', message });
    throw new Error(
      `${name} has pod CIDRs ${present.join(',')}, its network interface shows ${cidrs.join(',')}`,
    );
  }
  if (present.length === 0) {
    await cluster.patchNode(name, { spec: { podCIDR: cidrs[0], podCIDRs: cidrs } }, 'object');
  }
  await setNodeCondition(context, name, ROUTE_CREATED);
}

function sameCidrs(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((cidr, index) => {
    const counterpart = other[index];
    return counterpart !== undefined && containsCidr(cidr, counterpart) && containsCidr(counterpart, cidr);
  });
}

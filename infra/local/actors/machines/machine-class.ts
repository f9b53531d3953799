import type { Subnet, VmOrder } from '../world.ts';

/** The secondary range that Gardener's machine classes name (gardener-gcp-flow.md §1.4, §4.1). */
export const POD_RANGE_NAME = 'ipv4-pod-cidr';
/** `nodeCIDRMaskSize`, as a bare netmask: Compute Engine picks the block. */
const POD_NETMASK = '/24';

/**
 * The VM that a pool's machine class asks for, by what the nodes subnet offers when the machine is made;
 * machines that exist are not changed by a later class (gardener-gcp-flow.md §4.1).
 */
export function vmOrder(machine: Pick<VmOrder, 'name' | 'zone' | 'pool'>, subnet: Subnet): VmOrder {
  const aliased = subnet.secondaryRangeNames.includes(POD_RANGE_NAME);
  return {
    ...machine,
    subnet: subnet.name,
    dualStack: subnet.dualStack,
    alias: aliased ? { netmask: POD_NETMASK, rangeName: POD_RANGE_NAME } : undefined,
  };
}

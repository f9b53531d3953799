import { setNodeCondition } from '../conditions.ts';
import type { ActorContext } from '../context.ts';
import type { Vm } from '../world.ts';

export const UNINITIALIZED_TAINT = 'node.cloudprovider.kubernetes.io/uninitialized';

/**
 * What the cloud node controller writes on a new node from what the cloud says about its VM: provider ID,
 * zone, addresses. On GCE it also marks the network as unavailable until a route or the CloudAllocator says
 * otherwise, so that no pod comes too early.
 */
export async function initialiseNode(context: ActorContext, name: string, vm: Vm): Promise<void> {
  const { cluster } = context;
  const node = cluster.node(name);
  const taints = node?.spec?.taints ?? [];
  if (node === undefined || !taints.some(({ key }) => key === UNINITIALIZED_TAINT)) return;
  const addresses = [
    { type: 'InternalIP', address: vm.internalIp },
    ...(vm.ipv6Range === undefined
      ? []
      : [{ type: 'InternalIP', address: vm.ipv6Range.replace(/\/\d+$/, '') }]),
    { type: 'Hostname', address: name },
  ];
  await setNodeCondition(context, name, {
    type: 'NetworkUnavailable',
    status: 'True',
    reason: 'NoRouteCreated',
    message: 'Node created without a route',
  });
  const version = cluster.node(name)?.metadata.resourceVersion;
  const region = vm.zone.replace(/-[^-]+$/, '');
  await cluster.patchNode(
    name,
    {
      metadata: {
        ...(version === undefined ? {} : { resourceVersion: version }),
        labels: { 'topology.kubernetes.io/zone': vm.zone, 'topology.kubernetes.io/region': region },
      },
      spec: {
        providerID: `gce://${context.project}/${vm.zone}/${name}`,
        taints: taints.filter(({ key }) => key !== UNINITIALIZED_TAINT),
      },
    },
    'object',
  );
  await cluster.patchNode(name, { status: { addresses } }, 'status');
}

import type { Node } from '../../cluster/kinds/node.ts';
import type { ActorContext } from '../context.ts';

/**
 * How the shoot's owner orders a machine to be replaced from inside the shoot. From machine-controller-manager 0.61.0 on by
 * deleting its Node, which a finalizer keeps until the VM is gone; before, by an annotation of the Node
 * (`pkg/util/provider/machinecontroller/node.go`, PR 1055). Neither heeds the other's way.
 */
export type NodeOrders = 'deletion' | 'annotation';

const FINALIZER = 'node.machine.sapcloud.io/machine-controller';
const ANNOTATION = 'node.machine.sapcloud.io/trigger-deletion-by-mcm';

export function isOrderedAway({ metadata }: Node, orders: NodeOrders): boolean {
  return orders === 'deletion'
    ? metadata.deletionTimestamp !== undefined
    : metadata.annotations?.[ANNOTATION] === 'true';
}

/** Keeps the Node from going before its machine has. Repeatable. */
export async function holdNode({ cluster, nodeOrders }: ActorContext, node: Node): Promise<void> {
  const { name, finalizers = [], deletionTimestamp } = node.metadata;
  if (nodeOrders !== 'deletion' || deletionTimestamp !== undefined || finalizers.includes(FINALIZER)) return;
  await cluster.patchNode(name, { metadata: { finalizers: [...finalizers, FINALIZER] } }, 'object');
}

/** The machine is gone: so may the Node. Nothing happens when it is gone already. */
export async function letNodeGo({ cluster }: ActorContext, name: string): Promise<void> {
  if (cluster.node(name)?.metadata.finalizers?.includes(FINALIZER)) {
    const removal = { '$deleteFromPrimitiveList/finalizers': [FINALIZER] };
    await cluster.patchNode(name, { metadata: removal }, 'object');
  }
  await cluster.deleteNode(name);
}

import type { V1Node } from '@kubernetes/client-node';
import type { Timestamp } from '../../clock.ts';
import { unlessMissing } from '../../unless-missing.ts';
import { ClusterObjectMissing } from '../errors.ts';
import type { DrainableNode, NodeDrain, NodeIdentity } from '../node-drain.ts';
import { wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';
import { clusterNode } from './nodes.ts';
import { allPages } from './pages.ts';

/** On a Node that a migration cordoned, with the time; a cordon without it is somebody else's. */
export const CORDONED_AT = 'shoot-dualstack/cordoned-at';

/**
 * A machine-controller-manager from 0.61.0 on puts this on every Node and takes the Node's deletion for the order to replace its
 * machine; the Node stays until its VM is gone (`pkg/util/provider/machinecontroller/node.go`).
 */
export const MACHINE_FINALIZER = 'node.machine.sapcloud.io/machine-controller';
/** The same order for those from 0.42.0 to 0.60, which newer ones do not heed any more (release notes, PR 1055). */
export const REPLACE_MACHINE = 'node.machine.sapcloud.io/trigger-deletion-by-mcm';

/** What it puts on Nodes for which it has no machine: it heeds no order about them. */
export const WITHOUT_MACHINE = 'node.machine.sapcloud.io/not-managed-by-mcm';

/** What a node carries while it joins: from the cloud provider's side, its network's and Gardener's components'. */
const JOINING_TAINTS: readonly string[] = [
  'node.cloudprovider.kubernetes.io/uninitialized',
  'node.kubernetes.io/network-unavailable',
  'node.gardener.cloud/critical-components-not-ready',
];

interface NodePatch {
  readonly metadata?: { readonly annotations: Readonly<Record<string, string | null>> };
  readonly spec?: { readonly unschedulable: true | null };
  readonly [field: string]: unknown;
}

type Replacing = Pick<NodeDrain, 'nodes' | 'cordon' | 'uncordon' | 'handOver'>;

export function drainableNodes(api: ApiServer): Replacing {
  const read = (name: string) => (options: Parameters<typeof api.core.readNode>[1]) =>
    api.core.readNode({ name }, options);

  /** Nothing happens to another Node of that name, nor to one that leaves or is gone. */
  async function changeNode({ name, uid }: NodeIdentity, patchOf: (node: V1Node) => NodePatch | undefined) {
    try {
      await api.change({
        object: `Node ${name}`,
        kind: 'merge',
        read: read(name),
        patchOf: (node) => (isSame(node, uid) ? patchOf(node) : undefined),
        send: (body, options) => api.core.patchNode({ name, body }, options),
      });
    } catch (error) {
      if (!(error instanceof ClusterObjectMissing)) throw error;
    }
  }

  return {
    async nodes() {
      const nodes = await allPages(api, 'list Nodes', (page, options) => api.core.listNode(page, options));
      return nodes.map(drainableNode);
    },
    cordon: (identity, since) =>
      changeNode(identity, ({ metadata, spec }) => {
        const ours = metadata?.annotations?.[CORDONED_AT] !== undefined;
        if (spec?.unschedulable === true) return undefined;
        return {
          ...(ours ? {} : { metadata: { annotations: { [CORDONED_AT]: since } } }),
          spec: { unschedulable: true },
        };
      }),
    uncordon: (identity) =>
      changeNode(identity, ({ metadata }) =>
        metadata?.annotations?.[CORDONED_AT] === undefined
          ? undefined
          : { metadata: { annotations: { [CORDONED_AT]: null } }, spec: { unschedulable: null } },
      ),
    async handOver(identity) {
      const object = `Node ${identity.name}`;
      const node = await unlessMissing(api.get(object, read(identity.name)), ClusterObjectMissing);
      if (node === undefined || !isSame(node, identity.uid)) return;
      if (!node.metadata?.finalizers?.includes(MACHINE_FINALIZER)) {
        return await changeNode(identity, ({ metadata }) =>
          metadata?.annotations?.[REPLACE_MACHINE] === 'true'
            ? undefined
            : { metadata: { annotations: { [REPLACE_MACHINE]: 'true' } } },
        );
      }
      // Only while the finalizer that was seen still holds it: without that the Node would go and its machine stay.
      const { uid, resourceVersion } = node.metadata;
      const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
      try {
        await api.delete(object, (options) =>
          api.core.deleteNode({ name: identity.name, body: { preconditions } }, options),
        );
      } catch (error) {
        // Changed in between: it is looked at again in the next round.
        if (!wasAnswered(error, 409)) throw error;
      }
    },
  };
}

function isSame({ metadata }: V1Node, uid: string): boolean {
  return metadata?.uid === uid && metadata.deletionTimestamp === undefined;
}

function drainableNode(node: V1Node): DrainableNode {
  const { metadata, spec } = node;
  const cordonedAt = metadata?.annotations?.[CORDONED_AT];
  const handedOver = metadata?.annotations?.[REPLACE_MACHINE] === 'true';
  return {
    ...clusterNode(node),
    uid: metadata?.uid ?? '',
    createdAt: (metadata?.creationTimestamp ?? new Date(0)).toISOString() as Timestamp,
    schedulable: spec?.unschedulable !== true,
    settled: !spec?.taints?.some(({ key }) => JOINING_TAINTS.includes(key)),
    cordonedAt,
    handedOver: handedOver || metadata?.deletionTimestamp !== undefined,
    managed: metadata?.annotations?.[WITHOUT_MACHINE] === undefined,
  };
}

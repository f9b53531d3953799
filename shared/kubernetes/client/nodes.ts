import type { V1Node } from '@kubernetes/client-node';
import type { Cluster, ClusterNode } from '../cluster.ts';
import type { ApiServer } from './api-server.ts';
import { allPages } from './pages.ts';

/** Gardener puts every node of a worker pool under this label. */
const POOL_LABEL = 'worker.gardener.cloud/pool';

export function clusterNodes(api: ApiServer): Pick<Cluster, 'nodes'> {
  return {
    async nodes() {
      const nodes = await allPages(api, 'list Nodes', (page, options) => api.core.listNode(page, options));
      return nodes.map(clusterNode);
    },
  };
}

export function clusterNode({ metadata, spec, status }: V1Node): ClusterNode {
  const onlyCidr = spec?.podCIDR === undefined ? [] : [spec.podCIDR];
  return {
    name: metadata?.name ?? '',
    instance: instanceOf(spec?.providerID ?? ''),
    podCidrs: spec?.podCIDRs ?? onlyCidr,
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    leaving: metadata?.deletionTimestamp !== undefined,
    pool: metadata?.labels?.[POOL_LABEL],
  };
}

/** `gce://<project>/<zone>/<instance>` */
function instanceOf(providerId: string): ClusterNode['instance'] {
  const [, zone, name] = /^gce:\/\/[^/]+\/([^/]+)\/([^/]+)$/.exec(providerId) ?? [];
  return zone === undefined || name === undefined ? undefined : { name, zone };
}

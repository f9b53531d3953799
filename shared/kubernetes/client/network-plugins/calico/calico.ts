import type { V1ConfigMap, V1DaemonSet } from '@kubernetes/client-node';
import type { DualStackRanges, Obstacle } from '../../../network-plugin.ts';
import type { ApiServer } from '../../api-server.ts';
import { agentPods, agentsStamp, nodeAgents } from '../agents.ts';
import {
  type ConfigurablePlugin,
  ifThere,
  isMissing,
  namespace,
  refuseObstacles,
} from '../configurable-plugin.ts';
import { difference } from '../difference.ts';
import { agentsRollout } from '../workload-rollouts.ts';
import { foreignWrite, stampedWrite } from '../write-stamp.ts';
import { calicoNodePatch } from './calico-node.ts';
import { dualStackCniConfig, InvalidCniConfig, OtherIpam } from './cni-config.ts';
import {
  configurePool,
  encapsulatingPools,
  IPV6_POOL,
  IPV6_POOL_OBJECT,
  type IpPool,
  poolChangesInWords,
  readPools,
  translatingPools,
} from './ip-pools.ts';

const CONFIG_MAP = `ConfigMap ${namespace}/calico-config`;
const DAEMON_SET = `DaemonSet ${namespace}/calico-node`;
const CONFIG_KEY = 'cni_network_config';

const configMap = { namespace, name: 'calico-config' };
const daemonSet = { namespace, name: 'calico-node' };

/**
 * Calico as Gardener's chart installs it, with native routing and host-local IPAM. IPv4 objects are not touched. Typha
 * hands on what is in the API server, and the kube-controllers look after IPAM blocks, of which host-local has none, so
 * neither has anything to be configured or restarted for.
 */
export function calico(api: ApiServer): ConfigurablePlugin {
  const readDaemonSet = (): Promise<V1DaemonSet> =>
    api.get(DAEMON_SET, (options) => api.apps.readNamespacedDaemonSet(daemonSet, options));
  const readConfigMap = (): Promise<V1ConfigMap> =>
    api.get(CONFIG_MAP, (options) => api.core.readNamespacedConfigMap(configMap, options));

  async function configureCni(): Promise<void> {
    await api.change({
      object: CONFIG_MAP,
      kind: 'merge',
      read: (options) => api.core.readNamespacedConfigMap(configMap, options),
      patchOf: (present) => {
        const { text, obstacles } = wantedCniConfig(present);
        refuseObstacles(obstacles);
        if (text === present.data?.[CONFIG_KEY]) return undefined;
        return { ...stampedWrite(present), data: { [CONFIG_KEY]: text } };
      },
      send: (body, options) => api.core.patchNamespacedConfigMap({ ...configMap, body }, options),
    });
  }

  async function configureNodes(ranges: DualStackRanges): Promise<void> {
    const [config, present] = await Promise.all([readConfigMap(), readDaemonSet()]);
    const stamp = agentsStamp(config, present, await agentPods(api, present), [CONFIG_KEY]);
    await api.change({
      object: DAEMON_SET,
      kind: 'strategic',
      read: (options) => api.apps.readNamespacedDaemonSet(daemonSet, options),
      patchOf: (current) => calicoNodePatch(current, ranges, stamp)?.body,
      send: (body, options) => api.apps.patchNamespacedDaemonSet({ ...daemonSet, body }, options),
    });
  }

  return {
    async isInstalled() {
      return (await ifThere(readDaemonSet())) !== undefined;
    },

    async obstacles() {
      const config = await ifThere(readConfigMap());
      if (config === undefined) return [isMissing(CONFIG_MAP)];
      return [...encapsulatingPools(await readPools(api)), ...wantedCniConfig(config).obstacles];
    },

    async state(ranges) {
      const [pools, config, nodes] = await Promise.all([readPools(api), readConfigMap(), readDaemonSet()]);
      const pods = await agentPods(api, nodes);
      const { text, obstacles } = wantedCniConfig(config);
      const pool = ipv6Pool(pools);
      const patch = calicoNodePatch(nodes, ranges, agentsStamp(config, nodes, pods, [CONFIG_KEY]));
      return {
        obstacles: [...encapsulatingPools(pools), ...translatingPools(pools, ranges), ...obstacles],
        differing: [
          ...difference(IPV6_POOL_OBJECT, pool?.metadata, poolChangesInWords(pool, ranges)),
          ...difference(
            CONFIG_MAP,
            config.metadata,
            text === config.data?.[CONFIG_KEY] ? [] : [`${CONFIG_KEY}: host-local ranges of both families`],
          ),
          ...difference(DAEMON_SET, nodes.metadata, patch?.changes ?? []),
        ],
        agents: nodeAgents(pods, nodes.spec?.template, foreignWrite(config, [CONFIG_KEY])),
        rollouts: [agentsRollout(DAEMON_SET, nodes)],
      };
    },

    /**
     * The DaemonSet comes last: its change rolls the pods, which then find pool and CNI configuration complete. Each write
     * is seen by its result, so a call after a crash between any two does the rest.
     */
    async configure(ranges) {
      const pools = await readPools(api);
      refuseObstacles([...encapsulatingPools(pools), ...translatingPools(pools, ranges)]);
      refuseObstacles(wantedCniConfig(await readConfigMap()).obstacles);
      await configurePool(api, ranges);
      await configureCni();
      await configureNodes(ranges);
    },
  };
}

function ipv6Pool(pools: readonly IpPool[]): IpPool | undefined {
  return pools.find(({ metadata }) => metadata.name === IPV6_POOL);
}

/** The present text where it cannot be changed. */
function wantedCniConfig({ data }: V1ConfigMap): {
  text: string | undefined;
  obstacles: readonly Obstacle[];
} {
  const present = data?.[CONFIG_KEY];
  try {
    return { text: dualStackCniConfig(present ?? ''), obstacles: [] };
  } catch (error) {
    if (!(error instanceof InvalidCniConfig)) throw error;
    const kind = error instanceof OtherIpam ? 'ipam' : 'configuration';
    return { text: present, obstacles: [{ kind, message: `${CONFIG_MAP}: ${error.message}` }] };
  }
}

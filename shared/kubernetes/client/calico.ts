import type { V1ConfigMap } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Calico, CalicoSettings } from '../cluster.ts';
import { ClusterObjectMissing, ClusterRefused } from '../errors.ts';
import { wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';
import { CNI_WRITE, calicoNodePatch, differingFields, ipv6PoolSpec } from './calico-node.ts';
import { dualStackCniConfig, InvalidCniConfig } from './cni-config.ts';
import { daemonSetRollout } from './rollout.ts';

const namespace = 'kube-system';
const CONFIG_MAP = `ConfigMap ${namespace}/calico-config`;
const DAEMON_SET = `DaemonSet ${namespace}/calico-node`;
const CONFIG_KEY = 'cni_network_config';

const configMap = { namespace, name: 'calico-config' };
const daemonSet = { namespace, name: 'calico-node' };

const POOL_NAME = 'default-ipv6-ippool';
const IPV6_POOL = `IPPool ${POOL_NAME}`;
const pools = { group: 'crd.projectcalico.org', version: 'v1', plural: 'ippools' };

const poolSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z.record(z.string(), z.unknown()).default({}),
});
type Pool = z.output<typeof poolSchema>;

/** Calico as Gardener's chart installs it, with native routing and host-local IPAM. IPv4 objects are not touched. */
export function calico(api: ApiServer): Calico {
  async function readPool(): Promise<Pool | undefined> {
    try {
      return await api.get(IPV6_POOL, async (options) =>
        poolSchema.parse(await api.custom.getClusterCustomObject({ ...pools, name: POOL_NAME }, options)),
      );
    } catch (error) {
      if (error instanceof ClusterObjectMissing) return undefined;
      throw error;
    }
  }

  async function createPool(settings: CalicoSettings): Promise<void> {
    const body = {
      apiVersion: `${pools.group}/${pools.version}`,
      kind: 'IPPool',
      metadata: { name: POOL_NAME },
      spec: ipv6PoolSpec(settings),
    };
    try {
      await api.once(`create ${IPV6_POOL}`, (options) =>
        api.custom.createClusterCustomObject({ ...pools, body }, options),
      );
    } catch (error) {
      // Made by somebody in between; the next step sees to its content.
      if (!wasAnswered(error, 409)) throw error;
    }
  }

  async function configurePool(settings: CalicoSettings): Promise<void> {
    if ((await readPool()) === undefined) await createPool(settings);
    const name = POOL_NAME;
    await api.change({
      object: IPV6_POOL,
      kind: 'merge',
      read: async (options) =>
        poolSchema.parse(await api.custom.getClusterCustomObject({ ...pools, name }, options)),
      patchOf: ({ spec }) => {
        const differing = differingFields(spec, ipv6PoolSpec(settings));
        return Object.keys(differing).length === 0 ? undefined : { spec: differing };
      },
      send: (body, options) => api.custom.patchClusterCustomObject({ ...pools, name, body }, options),
    });
  }

  async function configureCni(): Promise<void> {
    await api.change({
      object: CONFIG_MAP,
      kind: 'merge',
      read: (options) => api.core.readNamespacedConfigMap(configMap, options),
      patchOf: (present) => {
        const wanted = wantedCniConfig(present);
        if (wanted === present.data?.[CONFIG_KEY]) return undefined;
        return {
          // The version that is replaced: no other write can have the same.
          metadata: { annotations: { [CNI_WRITE]: `${present.metadata?.resourceVersion}` } },
          data: { [CONFIG_KEY]: wanted },
        };
      },
      send: (body, options) => api.core.patchNamespacedConfigMap({ ...configMap, body }, options),
    });
  }

  async function configureNodes(settings: CalicoSettings): Promise<void> {
    const config = await readConfigMap();
    await api.change({
      object: DAEMON_SET,
      kind: 'strategic',
      read: (options) => api.apps.readNamespacedDaemonSet(daemonSet, options),
      patchOf: (present) => calicoNodePatch(present, settings, lastWriteOf(config)),
      send: (body, options) => api.apps.patchNamespacedDaemonSet({ ...daemonSet, body }, options),
    });
  }

  const readConfigMap = (): Promise<V1ConfigMap> =>
    api.get(CONFIG_MAP, (options) => api.core.readNamespacedConfigMap(configMap, options));

  return {
    async state(settings) {
      const pool = await readPool();
      const config = await readConfigMap();
      const nodes = await api.get(DAEMON_SET, (options) =>
        api.apps.readNamespacedDaemonSet(daemonSet, options),
      );
      const isPoolWrong =
        pool === undefined || Object.keys(differingFields(pool.spec, ipv6PoolSpec(settings))).length > 0;
      const isConfigWrong = wantedCniConfig(config) !== config.data?.[CONFIG_KEY];
      const areNodesWrong = calicoNodePatch(nodes, settings, lastWriteOf(config)) !== undefined;
      return {
        differing: [
          ...(isPoolWrong ? [IPV6_POOL] : []),
          ...(isConfigWrong ? [CONFIG_MAP] : []),
          ...(areNodesWrong ? [DAEMON_SET] : []),
        ],
        rollout: daemonSetRollout(nodes),
      };
    },

    /**
     * The DaemonSet comes last: its change rolls the pods, which then find pool and CNI configuration complete. Each write
     * is seen by its result, so a call after a crash between any two does the rest.
     */
    async configure(settings) {
      await configurePool(settings);
      await configureCni();
      await configureNodes(settings);
    },
  };
}

function wantedCniConfig({ data }: V1ConfigMap): string {
  try {
    return dualStackCniConfig(data?.[CONFIG_KEY] ?? '');
  } catch (error) {
    if (!(error instanceof InvalidCniConfig)) throw error;
    throw new ClusterRefused(CONFIG_MAP, 'Invalid', error.message, { cause: error });
  }
}

function lastWriteOf({ metadata }: V1ConfigMap): string | undefined {
  return metadata?.annotations?.[CNI_WRITE];
}

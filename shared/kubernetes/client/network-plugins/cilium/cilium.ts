import type { V1ConfigMap, V1DaemonSet, V1Deployment, V1PodTemplateSpec } from '@kubernetes/client-node';
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
import { agentsRollout, operatorRollout } from '../workload-rollouts.ts';
import { foreignWrite, missingStamp, stampedWrite } from '../write-stamp.ts';
import { CILIUM_KEYS, ciliumChanges, ciliumChangesInWords, ciliumObstacles } from './cilium-config.ts';

const CONFIG_MAP = `ConfigMap ${namespace}/cilium-config`;
const DAEMON_SET = `DaemonSet ${namespace}/cilium`;
const OPERATOR = `Deployment ${namespace}/cilium-operator`;

const configMap = { namespace, name: 'cilium-config' };
const daemonSet = { namespace, name: 'cilium' };
const operator = { namespace, name: 'cilium-operator' };

/**
 * Cilium as Gardener's chart installs it, with native routing and IPAM by the nodes' pod CIDRs. Everything is said in one
 * ConfigMap, which agents and operator read when they start. While an agent restarts, what it put into the kernel goes on
 * carrying packets; running pods keep their one family, since addresses are given when a pod starts (cilium issue 7807).
 * Envoy and Hubble take what they need from the agents.
 */
export function cilium(api: ApiServer): ConfigurablePlugin {
  const readConfigMap = (): Promise<V1ConfigMap> =>
    api.get(CONFIG_MAP, (options) => api.core.readNamespacedConfigMap(configMap, options));
  const readDaemonSet = (): Promise<V1DaemonSet> =>
    api.get(DAEMON_SET, (options) => api.apps.readNamespacedDaemonSet(daemonSet, options));
  const readOperator = (): Promise<V1Deployment | undefined> =>
    ifThere(api.get(OPERATOR, (options) => api.apps.readNamespacedDeployment(operator, options)));

  return {
    async isInstalled() {
      return (await ifThere(readDaemonSet())) !== undefined;
    },

    async obstacles() {
      const config = await ifThere(readConfigMap());
      return config === undefined ? [isMissing(CONFIG_MAP)] : ciliumObstacles(CONFIG_MAP, config.data ?? {});
    },

    async state(ranges) {
      const [config, agents, manager] = await Promise.all([readConfigMap(), readDaemonSet(), readOperator()]);
      const pods = await agentPods(api, agents);
      const stamp = agentsStamp(config, agents, pods, CILIUM_KEYS);
      const { data = {} } = config;
      return {
        obstacles: ciliumObstacles(CONFIG_MAP, data),
        differing: [
          ...difference(CONFIG_MAP, config.metadata, ciliumChangesInWords(data, ranges)),
          ...(manager === undefined ? [] : difference(OPERATOR, manager.metadata, oldPods(manager, stamp))),
          ...difference(DAEMON_SET, agents.metadata, oldPods(agents, stamp)),
        ],
        agents: nodeAgents(pods, agents.spec?.template, foreignWrite(config, CILIUM_KEYS)),
        rollouts: [
          agentsRollout(DAEMON_SET, agents),
          ...(manager === undefined ? [] : [operatorRollout(OPERATOR, manager)]),
        ],
      };
    },

    /** The agents come last, and see a complete configuration. A call after a crash between any two writes does the rest. */
    async configure(ranges) {
      await api.change({
        object: CONFIG_MAP,
        kind: 'merge',
        read: (options) => api.core.readNamespacedConfigMap(configMap, options),
        patchOf: (present) => {
          refuseObstacles(ciliumObstacles(CONFIG_MAP, present.data ?? {}));
          const data = ciliumChanges(present.data ?? {}, ranges);
          return Object.keys(data).length === 0 ? undefined : { ...stampedWrite(present), data };
        },
        send: (body, options) => api.core.patchNamespacedConfigMap({ ...configMap, body }, options),
      });
      const [config, agents] = await Promise.all([readConfigMap(), readDaemonSet()]);
      const stamp = agentsStamp(config, agents, await agentPods(api, agents), CILIUM_KEYS);
      if ((await readOperator()) !== undefined) {
        await api.change({
          object: OPERATOR,
          kind: 'strategic',
          read: (options) => api.apps.readNamespacedDeployment(operator, options),
          patchOf: (present) => rollPatch(present.spec?.template, stamp),
          send: (body, options) => api.apps.patchNamespacedDeployment({ ...operator, body }, options),
        });
      }
      await api.change({
        object: DAEMON_SET,
        kind: 'strategic',
        read: (options) => api.apps.readNamespacedDaemonSet(daemonSet, options),
        patchOf: (present) => rollPatch(present.spec?.template, stamp),
        send: (body, options) => api.apps.patchNamespacedDaemonSet({ ...daemonSet, body }, options),
      });
    },
  };
}

function rollPatch(template: V1PodTemplateSpec | undefined, stamp: string | undefined) {
  const annotations = missingStamp(template, stamp);
  return annotations === undefined ? undefined : { spec: { template: { metadata: { annotations } } } };
}

function oldPods({ spec }: V1DaemonSet | V1Deployment, stamp: string | undefined): readonly string[] {
  return missingStamp(spec?.template, stamp) === undefined
    ? []
    : ['its pods are older than the configuration'];
}

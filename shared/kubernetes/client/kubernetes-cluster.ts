import type { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import { permissionsAt, permissionsInShoot } from '../permission.ts';
import { ApiServer, type ApiServerOptions } from './api-server.ts';

import { cloudControllerManager, type DeploymentPlace } from './cloud-controller-manager.ts';
import { coreDns } from './coredns.ts';
import { disruptionBudgets } from './disruption-budgets.ts';
import { dualStackServices } from './dual-stack-services.ts';
import { kubeDns } from './kube-dns.ts';
import { managedCloudControllerManager } from './managed-cloud-controller-manager.ts';
import { MANAGED_RESOURCE } from './managed-resource.ts';
import { networkPlugins } from './network-plugins/index.ts';
import { nodeDrain } from './node-drain.ts';
import { nodeLocalDns } from './node-local-dns.ts';
import { clusterNodes } from './nodes.ts';
import { missingAmong } from './rights.ts';

export interface KubernetesClusterOptions extends ApiServerOptions {
  /** Where the cloud-controller-manager's Deployment is; default `kube-system/cloud-controller-manager`, same cluster. */
  readonly cloudControllerManager?: DeploymentPlace & {
    /** Of the cluster that it runs in, where that is another one: Gardener keeps control planes in a seed. */
    readonly kubeconfig?: KubeConfig;
    /** A ManagedResource holds it, so that changes are undone unless that is ignored; default: no. */
    readonly managed?: boolean;
  };
}

/** The port {@link Cluster} over a cluster's own API server. */
export function kubernetesCluster(options: KubernetesClusterOptions): Cluster {
  const api = new ApiServer(options);
  const {
    kubeconfig = options.kubeconfig,
    managed = false,
    ...place
  } = options.cloudControllerManager ?? {
    namespace: 'kube-system',
    name: 'cloud-controller-manager',
  };
  const controlPlane = kubeconfig === options.kubeconfig ? api : new ApiServer({ ...options, kubeconfig });
  return {
    ...clusterNodes(api),
    ...disruptionBudgets(api),
    ...dualStackServices(api),
    cloudControllerManager: managed
      ? managedCloudControllerManager(controlPlane, place, options)
      : cloudControllerManager(controlPlane, place),
    nodeDrain: nodeDrain(api),
    networkPlugin: networkPlugins(api),
    coreDns: coreDns(api),
    kubeDns: kubeDns(api),
    nodeLocalDns: nodeLocalDns(api),
    async missingRights(parts) {
      const [inShoot, inControlPlane] = await Promise.all([
        missingAmong(api, parts.flatMap(permissionsInShoot)),
        missingAmong(controlPlane, [
          ...permissionsAt('control-plane', place),
          ...(managed ? permissionsAt('managed-resource', { ...place, name: MANAGED_RESOURCE }) : []),
        ]),
      ]);
      return {
        missing: [...inShoot.missing, ...inControlPlane.missing],
        unknown: [...inShoot.unknown, ...inControlPlane.unknown],
      };
    },
  };
}

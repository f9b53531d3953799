import { type Cluster, deployments } from '../../cluster/index.ts';

/** Scales the cloud-controller-manager; does not wait for its pods (gardener-gcp-flow.md §1.4, routes cleanup 6). */
export type ScaleCloudControllerManager = (replicas: number) => Promise<void>;

const PLACE = { namespace: 'kube-system', name: 'cloud-controller-manager' };

export function scalingOf({ client }: Cluster): ScaleCloudControllerManager {
  return async (replicas) => {
    await client.patch(deployments, PLACE, { kind: 'merge', body: { spec: { replicas } } });
  };
}

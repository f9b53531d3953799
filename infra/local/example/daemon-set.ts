import type { JsonObject } from '../cluster/index.ts';

/** A DaemonSet of `kube-system` on the host network of every node, with one container of its own name unless that says otherwise. */
export function daemonSet(
  name: string,
  image: string,
  maxUnavailable: number,
  container: JsonObject,
): JsonObject {
  const labels = { 'k8s-app': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system', labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          tolerations: [{ operator: 'Exists' }],
          containers: [{ name, image, ...container }],
        },
      },
    },
  };
}

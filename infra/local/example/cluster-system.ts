import { parseCidr } from 'cidr-tools';
import type { JsonObject } from '../cluster/index.ts';
import { daemonSet } from './daemon-set.ts';
import { networkPlugin } from './network-plugins.ts';
import type { ExampleCluster } from './nodes.ts';
import { ipv4 } from './nodes.ts';

/** Gardener gives kube-dns the tenth address of the service range (`gardener-core-flow.md` §6.3). */
const DNS_OFFSET = 10n;

/** What Gardener runs in a shoot's kube-system, as far as a migration touches it. */
export function systemComponents(cluster: ExampleCluster): JsonObject[] {
  return [
    ...networkPlugin(cluster),
    ...dns(cluster),
    cloudControllerManager(cluster),
    kubeProxy(cluster),
    shootInfo(cluster),
  ];
}

function dns(cluster: ExampleCluster): JsonObject[] {
  const labels = { 'k8s-app': 'kube-dns' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'coredns',
              image: 'registry.k8s.io/coredns/coredns:v1.12.4',
              args: ['-conf', '/etc/coredns/Corefile'],
              ports: [
                { name: 'dns-udp', containerPort: 8053, protocol: 'UDP' },
                { name: 'dns-tcp', containerPort: 8053, protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress(cluster, DNS_OFFSET),
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
      selector: labels,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 8053 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 8053 },
      ],
    },
  };
  return [deployment, service];
}

/** In the real landscape it runs in the seed; here it stands where its arguments can be seen and changed. */
function cloudControllerManager(cluster: ExampleCluster): JsonObject {
  const labels = { app: 'kubernetes', role: 'cloud-controller-manager' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cloud-controller-manager', namespace: 'kube-system', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: 'cloud-controller-manager',
              image: 'registry.k8s.io/cloud-provider-gcp/cloud-controller-manager:v33.1.1',
              args: [
                '--configure-cloud-routes=true',
                '--cidr-allocator-type=RangeAllocator',
                `--cluster-cidr=${cluster.podsCidr}`,
                '--allocate-node-cidrs=true',
              ],
            },
          ],
        },
      },
    },
  };
}

function kubeProxy(cluster: ExampleCluster): JsonObject {
  return daemonSet('kube-proxy', `registry.k8s.io/kube-proxy:v${cluster.kubernetesVersion}`, 1, {
    args: [`--cluster-cidr=${cluster.podsCidr}`],
  });
}

function shootInfo(cluster: ExampleCluster): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'shoot-info', namespace: 'kube-system' },
    data: {
      kubernetesVersion: cluster.kubernetesVersion,
      provider: 'gcp',
      region: cluster.region,
      nodeNetwork: cluster.nodesCidr,
      nodeNetworks: cluster.nodesCidr,
      podNetwork: cluster.podsCidr,
      podNetworks: cluster.podsCidr,
      serviceNetwork: cluster.servicesCidr,
      serviceNetworks: cluster.servicesCidr,
    },
  };
}

/** The address `offset` places into the service range. */
export function serviceAddress(cluster: ExampleCluster, offset: bigint): string {
  return ipv4(parseCidr(cluster.servicesCidr).start + offset);
}

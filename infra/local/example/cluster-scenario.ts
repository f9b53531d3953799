import type { JsonObject } from '../cluster/index.ts';
import { serviceAddress, systemComponents } from './cluster-system.ts';
import { EXAMPLE_POOL, type ExampleCluster, type ExampleNode } from './nodes.ts';

const MOST_WEB_REPLICAS = 20;

/**
 * The example shoot's cluster as Gardener leaves it for IPv4 and native routing: nodes, its network plugin, the system components
 * that a migration touches, and one workload with a disruption budget. Pods come from the simulator's controllers.
 */
export function clusterScenario(cluster: ExampleCluster): JsonObject[] {
  return [
    ...['kube-system', 'shop'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...cluster.nodes.map((node) => nodeObject(cluster, node)),
    kubernetesService(cluster),
    ...systemComponents(cluster),
    ...shop(cluster),
  ];
}

/** A Node whose pod route exists, Ready and running the cluster's version. */
export function nodeObject(cluster: ExampleCluster, node: ExampleNode): JsonObject {
  const { project, region, technicalId, kubernetesVersion } = cluster;
  const reported = (type: string, status: string, reason: string) => ({ type, status, reason });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      uid: node.uid,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': 'n2-standard-4',
        'node.kubernetes.io/role': 'node',
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': node.zone,
        'worker.gardener.cloud/pool': EXAMPLE_POOL,
        'worker.gardener.cloud/system-components': 'true',
        'shoot.gardener.cloud/technical-id': technicalId,
      },
    },
    spec: {
      podCIDR: node.podCidr,
      podCIDRs: [node.podCidr],
      providerID: `gce://${project}/${node.zone}/${node.name}`,
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: node.internalIp },
        { type: 'Hostname', address: node.name },
      ],
      capacity: { cpu: '4', memory: '16384000Ki', pods: '110' },
      allocatable: { cpu: '3920m', memory: '15000000Ki', pods: '110' },
      conditions: [
        reported('NetworkUnavailable', 'False', 'RouteCreated'),
        reported('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        reported('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        reported('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        reported('Ready', 'True', 'KubeletReady'),
      ],
      nodeInfo: {
        kubeletVersion: `v${kubernetesVersion}`,
        osImage: 'Garden Linux 1877.4',
        kernelVersion: '6.12.40-cloud-amd64',
        containerRuntimeVersion: 'containerd://2.1.4',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}

function kubernetesService(cluster: ExampleCluster): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress(cluster, 1n),
      ports: [{ name: 'https', port: 443, targetPort: 443 }],
    },
  };
}

/** The workload whose Pods a migration must not lose traffic of. */
function shop(cluster: ExampleCluster): JsonObject[] {
  const metadata = { name: 'web', namespace: 'shop', labels: { app: 'web' } };
  const labels = { app: 'web' };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: Math.min(cluster.nodes.length, MOST_WEB_REPLICAS),
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'docker.io/library/nginx:1.29',
                ports: [{ name: 'http', containerPort: 8080 }],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'ClusterIP',
        clusterIP: serviceAddress(cluster, 1_000n),
        ipFamilyPolicy: 'SingleStack',
        selector: labels,
        ports: [{ name: 'http', port: 80, targetPort: 'http' }],
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
  ];
}

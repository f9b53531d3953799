import { parseCidr } from 'cidr-tools';
import type { JsonObject } from '../cluster/index.ts';
import type { ExampleCluster } from './nodes.ts';
import { ipv4 } from './nodes.ts';

/** Gardener gives kube-dns the tenth address of the service range (`gardener-core-flow.md` §6.3). */
const DNS_OFFSET = 10n;

/** What Gardener runs in a shoot's kube-system, as far as a migration touches it. */
export function systemComponents(cluster: ExampleCluster): JsonObject[] {
  return [
    ...calico(cluster),
    ...dns(cluster),
    cloudControllerManager(cluster),
    kubeProxy(cluster),
    shootInfo(cluster),
  ];
}

/** Calico without overlay: addresses from the node's pod CIDR, no encapsulation, IPv4 only (§5.1). */
function calico(cluster: ExampleCluster): JsonObject[] {
  const namespace = 'kube-system';
  const env = {
    DATASTORE_TYPE: 'kubernetes',
    CALICO_NETWORKING_BACKEND: 'none',
    IP: 'autodetect',
    IP_AUTODETECTION_METHOD: `cidr=${cluster.nodesCidr}`,
    CALICO_IPV4POOL_CIDR: cluster.podsCidr,
    CALICO_IPV4POOL_IPIP: 'Never',
    FELIX_IPV6SUPPORT: 'false',
    FELIX_IPINIPENABLED: 'false',
    USE_POD_CIDR: 'true',
  };
  const agent = daemonSet('calico-node', 'docker.io/calico/node:v3.30.3', 2, {
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'calico-config', namespace },
      data: { calico_backend: 'none', veth_mtu: '1460', cni_network_config: CNI_NETWORK_CONFIG },
    },
    {
      apiVersion: 'crd.projectcalico.org/v1',
      kind: 'IPPool',
      metadata: { name: 'default-ipv4-ippool' },
      spec: {
        cidr: cluster.podsCidr,
        blockSize: 26,
        ipipMode: 'Never',
        vxlanMode: 'Never',
        natOutgoing: true,
        nodeSelector: 'all()',
      },
    },
    agent,
  ];
}

/** As in the ConfigMap, with the placeholders that Calico's installer fills in on each node; `mtu` is bare, so this is not JSON. */
const CNI_NETWORK_CONFIG = `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "calico",
      "log_level": "info",
      "datastore_type": "kubernetes",
      "nodename": "__KUBERNETES_NODE_NAME__",
      "mtu": __CNI_MTU__,
      "ipam": {
        "type": "host-local",
        "subnet": "usePodCidr"
      },
      "policy": {
        "type": "k8s"
      },
      "kubernetes": {
        "kubeconfig": "__KUBECONFIG_FILEPATH__"
      }
    },
    {
      "type": "portmap",
      "snat": true,
      "capabilities": { "portMappings": true }
    }
  ]
}
`;

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

function daemonSet(name: string, image: string, maxUnavailable: number, container: JsonObject): JsonObject {
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

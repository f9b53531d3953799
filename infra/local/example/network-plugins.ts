import type { NetworkPluginName } from '../../../shared/migration/network-plugins.ts';
import type { JsonObject } from '../cluster/index.ts';
import { daemonSet } from './daemon-set.ts';
import type { ExampleCluster } from './nodes.ts';

const namespace = 'kube-system';

/** What Gardener installs for the cluster's network plugin, without overlay and for IPv4 (`gardener-core-flow.md` §5). */
export function networkPlugin(cluster: ExampleCluster): JsonObject[] {
  return PLUGINS[cluster.networkPlugin](cluster);
}

const PLUGINS: Readonly<Record<NetworkPluginName, (cluster: ExampleCluster) => JsonObject[]>> = {
  calico,
  cilium,
};

/** Calico without overlay: addresses from the node's pod CIDR, no encapsulation, IPv4 only (§5.1). */
function calico(cluster: ExampleCluster): JsonObject[] {
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

/** Cilium without overlay: addresses from the node's pod CIDR, native routing, IPv4 only (§5.2). */
function cilium(cluster: ExampleCluster): JsonObject[] {
  const data = {
    'auto-direct-node-routes': 'false',
    'cni-exclusive': 'false',
    'enable-bpf-masquerade': 'true',
    'enable-ipv4': 'true',
    'enable-ipv4-masquerade': 'true',
    'enable-ipv6': 'false',
    'enable-ipv6-masquerade': 'false',
    ipam: 'kubernetes',
    'ipv4-native-routing-cidr': cluster.podsCidr,
    'k8s-require-ipv4-pod-cidr': 'true',
    'kube-proxy-replacement': 'false',
    'routing-mode': 'native',
  };
  const agent = daemonSet('cilium', 'quay.io/cilium/cilium:v1.18.3', 1, {
    name: 'cilium-agent',
    command: ['cilium-agent'],
    args: ['--config-dir=/tmp/cilium/config-map'],
  });
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cilium-config', namespace }, data },
    agent,
    ciliumOperator(),
  ];
}

function ciliumOperator(): JsonObject {
  const labels = { 'io.cilium/app': 'operator', name: 'cilium-operator' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cilium-operator', namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          tolerations: [{ operator: 'Exists' }],
          containers: [
            {
              name: 'cilium-operator',
              image: 'quay.io/cilium/operator-generic:v1.18.3',
              command: ['cilium-operator'],
              args: ['--config-dir=/tmp/cilium/config-map'],
            },
          ],
        },
      },
    },
  };
}

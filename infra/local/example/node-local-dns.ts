import type { JsonObject } from '../cluster/index.ts';
import { serviceAddress } from './cluster-system.ts';
import type { ExampleCluster } from './nodes.ts';

/** Gardener's link-local address for it (`nodelocaldns/constants`). */
export const NODE_LOCAL_ADDRESS = '169.254.20.10';
const DNS_OFFSET = 10n;

/**
 * node-local-dns as Gardener deploys it beside CoreDNS when a shoot asks for it: on each node's own network, at kube-dns'
 * address too unless kube-proxy holds that one itself (IPVS mode), and with a Service of its own to ask CoreDNS through
 * (`gardener-core-flow.md` §6.4).
 */
export function nodeLocalDns(cluster: ExampleCluster, proxyMode: 'iptables' | 'ipvs'): JsonObject[] {
  const labels = { 'k8s-app': 'node-local-dns' };
  const kubeDns = proxyMode === 'iptables' ? [serviceAddress(cluster, DNS_OFFSET)] : [];
  const args = ['-localip', [NODE_LOCAL_ADDRESS, ...kubeDns].join(','), '-upstreamsvc', 'kube-dns-upstream'];
  const container = {
    name: 'node-cache',
    image: 'registry.k8s.io/dns/k8s-dns-node-cache:1.26.4',
    args,
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'node-local-dns', namespace: 'kube-system', labels },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
        template: {
          metadata: { labels },
          spec: { hostNetwork: true, tolerations: [{ operator: 'Exists' }], containers: [container] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns-upstream', namespace: 'kube-system' },
      spec: {
        selector: { 'k8s-app': 'kube-dns' },
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', targetPort: 8053 },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 8053 },
        ],
      },
    },
  ];
}

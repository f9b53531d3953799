import { EXAMPLE_POOL, type ExampleCluster } from './nodes.ts';

/** Resources in the v1 API's own JSON, as `npm run local:gce -- --scenario FILE` reads them. */
export interface ComputeScenario {
  readonly project: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** PREMIUM unless given. */
  readonly defaultNetworkTier?: 'PREMIUM' | 'STANDARD';
  /** Of the whole project, e.g. `{metric: 'ROUTES', limit: 250}`; those not given have usual limits, `usage` is counted. */
  readonly quotas?: readonly { readonly metric: string; readonly limit: number; readonly usage?: number }[];
  readonly networks: readonly object[];
  readonly subnetworks: readonly object[];
  readonly instances: readonly object[];
  readonly routes: readonly object[];
  readonly firewalls: readonly object[];
}

/** The VPC of an example cluster as Gardener and the cloud-controller-manager leave it: one pod route for each node. */
export function computeScenario(cluster: ExampleCluster): ComputeScenario {
  const { project, region, zones, technicalId } = cluster;
  const root = `https://www.googleapis.com/compute/v1/projects/${project}`;
  const network = `${root}/global/networks/${cluster.network}`;
  const nodesSubnet = `${root}/regions/${region}/subnetworks/${technicalId}-nodes`;
  return {
    project,
    region,
    zones,
    networks: [
      { name: cluster.network, autoCreateSubnetworks: false, routingConfig: { routingMode: 'REGIONAL' } },
    ],
    subnetworks: [
      {
        name: `${technicalId}-nodes`,
        network,
        region,
        ipCidrRange: cluster.nodesCidr,
        stackType: 'IPV4_ONLY',
      },
      {
        name: `${technicalId}-internal`,
        network,
        region,
        ipCidrRange: cluster.internalCidr,
        stackType: 'IPV4_ONLY',
      },
    ],
    instances: cluster.nodes.map((node) => ({
      name: node.name,
      zone: node.zone,
      machineType: `${root}/zones/${node.zone}/machineTypes/n2-standard-4`,
      status: 'RUNNING',
      canIpForward: true,
      labels: { name: EXAMPLE_POOL, 'k8s-cluster-name': technicalId },
      tags: { items: [technicalId, `kubernetes-io-cluster-${technicalId}`] },
      networkInterfaces: [
        {
          name: 'nic0',
          network,
          subnetwork: nodesSubnet,
          networkIP: node.internalIp,
          stackType: 'IPV4_ONLY',
        },
      ],
    })),
    routes: [
      {
        name: `default-route-${technicalId}`,
        network,
        destRange: '0.0.0.0/0',
        priority: 1000,
        nextHopGateway: `${root}/global/gateways/default-internet-gateway`,
        description: 'Default route to the Internet.',
      },
      {
        name: 'corporate-network',
        network,
        destRange: '172.16.0.0/12',
        priority: 900,
        nextHopIp: '10.243.0.2',
        description: 'to the data centre',
      },
      ...cluster.nodes.map((node) => ({
        name: `${technicalId.slice(0, 26)}-${node.uid}`,
        network,
        destRange: node.podCidr,
        priority: 1000,
        nextHopInstance: `${root}/zones/${node.zone}/instances/${node.name}`,
        description: 'k8s-node-route',
      })),
    ],
    firewalls: [
      {
        name: `${technicalId}-allow-internal-access`,
        network,
        direction: 'INGRESS',
        priority: 1000,
        sourceRanges: [cluster.podsCidr, cluster.nodesCidr, cluster.internalCidr],
        allowed: [
          { IPProtocol: 'icmp' },
          { IPProtocol: 'ipip' },
          { IPProtocol: 'tcp', ports: ['1-65535'] },
          { IPProtocol: 'udp', ports: ['1-65535'] },
        ],
      },
      {
        name: `${technicalId}-allow-health-checks`,
        network,
        direction: 'INGRESS',
        priority: 1000,
        sourceRanges: ['35.191.0.0/16', '209.85.204.0/22', '209.85.152.0/22', '130.211.0.0/22'],
        allowed: [
          { IPProtocol: 'tcp', ports: ['30000-32767'] },
          { IPProtocol: 'udp', ports: ['30000-32767'] },
        ],
      },
    ],
  };
}

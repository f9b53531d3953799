import type { ComputeScenario } from '../../example/compute-scenario.ts';
import { textAt } from './stored.ts';

/**
 * What else stands in a network that a cluster shares: a subnet of others with its ranges and a VM of another cluster, that
 * cluster's pod route (told from ours by its next hop only), a secondary range of others on the nodes subnet itself, and a
 * firewall rule. All of it is tolerated by the preflight, and none of it may change.
 */
export function withForeignResources(scenario: ComputeScenario): ComputeScenario {
  const { region, zones } = scenario;
  const [zone = ''] = zones;
  const network = textAt(scenario.networks, 0, 'name');
  const common = { network: `global/networks/${network}` };
  const subnet = 'shoot--other--shop-nodes';
  const instance = 'shoot--other--shop-worker-z1-abcde';
  return {
    ...scenario,
    subnetworks: [
      ...scenario.subnetworks.map((each) =>
        textAt(each, 'name').endsWith('-nodes')
          ? { ...each, secondaryIpRanges: [{ rangeName: 'appliances', ipCidrRange: '10.201.0.0/24' }] }
          : each,
      ),
      {
        ...common,
        name: subnet,
        region,
        ipCidrRange: '10.202.0.0/24',
        stackType: 'IPV4_ONLY',
        secondaryIpRanges: [{ rangeName: 'services', ipCidrRange: '10.203.0.0/24' }],
      },
    ],
    instances: [
      ...scenario.instances,
      {
        name: instance,
        zone,
        machineType: `zones/${zone}/machineTypes/n2-standard-4`,
        status: 'RUNNING',
        canIpForward: true,
        networkInterfaces: [
          {
            ...common,
            subnetwork: `regions/${region}/subnetworks/${subnet}`,
            networkIP: '10.202.0.5',
            aliasIpRanges: [{ ipCidrRange: '10.203.0.16/28', subnetworkRangeName: 'services' }],
          },
        ],
      },
    ],
    routes: [
      ...scenario.routes,
      {
        ...common,
        name: 'shoot--other--shop-6e0c1a52-77f0-4c3e-8b1d-0000000000ff',
        destRange: '10.204.1.0/24',
        priority: 1_000,
        description: 'k8s-node-route',
        nextHopInstance: `zones/${zone}/instances/${instance}`,
      },
    ],
    firewalls: [
      ...scenario.firewalls,
      {
        ...common,
        name: 'shoot--other--shop-allow-internal-access-ipv6',
        direction: 'INGRESS',
        priority: 1_000,
        sourceRanges: ['2600:1900:4000:1::/64'],
        allowed: [{ IPProtocol: 'tcp' }],
      },
    ],
  };
}

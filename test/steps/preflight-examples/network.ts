import { servicesSubnet, subnet } from '../fixtures.ts';
import { SERVICES } from '../preflight-scene.ts';
import { blocks, type Examples, warns } from './example.ts';

/** Of the checks in `checks/network.ts`. */
export const NETWORK = {
  'network-exists': {
    failing: [blocks('NetworkMissing', /corporate does not exist/, { network: undefined })],
  },
  'network-is-custom-mode': {
    failing: [
      blocks('NetworkInAutoMode', /auto mode/, {
        network: { name: 'corporate', autoMode: true, legacy: false },
      }),
    ],
  },
  'network-is-not-legacy': {
    failing: [
      blocks('NetworkIsLegacy', /legacy/, { network: { name: 'corporate', autoMode: false, legacy: true } }),
    ],
  },
  'tier-is-premium': {
    passing: { project: { defaultNetworkTier: undefined, quotas: new Map() } },
    failing: [
      blocks('NetworkTierStandard', /STANDARD/, {
        project: { defaultNetworkTier: 'STANDARD', quotas: new Map() },
      }),
    ],
  },
  'nodes-subnet-exists': {
    failing: [
      blocks('NodesSubnetMissing', /does not exist in europe-west1/, { nodesSubnet: undefined }),
      blocks('NodesSubnetMissing', /is in the network other/, {
        nodesSubnet: subnet('nodes', { network: 'other' }),
      }),
    ],
  },
  'services-subnet-is-ours': {
    passing: { servicesSubnet: SERVICES },
    failing: [
      blocks('SubnetInTheWay', /has the range 10\.0\.0\.0\/24/, {
        servicesSubnet: servicesSubnet({ range: '10.0.0.0/24' }),
      }),
    ],
  },
  'nodes-subnet-is-ipv4-only': {
    passing: { nodesSubnet: subnet('nodes', { stackType: 'IPV4_IPV6' }), routes: [] },
    failing: [
      warns(
        'NodesSubnetAlreadyDualStack',
        /IPV4_IPV6 while 3 pod routes exist/,
        { nodesSubnet: subnet('nodes', { stackType: 'IPV4_IPV6' }) },
        ['overlap'],
      ),
    ],
  },
  'overlap-flag-is-off': {
    failing: [
      warns('OverlapAlreadyAllowed', /already/, {
        nodesSubnet: subnet('nodes', { routesOverlapAllowed: true }),
      }),
    ],
  },
} as const satisfies Readonly<Record<string, Examples>>;

import { subnet } from '../fixtures.ts';
import { instance, podCidr, regional, shoot } from '../preflight-scene.ts';
import { blocks, type Examples, manyRoutes, warns } from './example.ts';

const fullNic = Array.from({ length: 150 }, (_, index) => ({
  range: `10.1.0.${index}/32`,
  rangeName: 'other',
}));
const manyRanges = Array.from({ length: 170 }, (_, index) => ({
  name: `r${index}`,
  range: `10.9.${index}.0/24`,
}));

/** Of the checks in `checks/limits.ts`. */
export const LIMITS = {
  'route-quota-is-far': {
    passing: {
      routes: manyRoutes(300),
      project: { defaultNetworkTier: 'PREMIUM', quotas: new Map([['ROUTES', { usage: 300, limit: 1000 }]]) },
    },
    failing: [
      warns('StaticRoutesNearLimit', /160 static routes in corporate, 200 by default/, {
        routes: manyRoutes(160),
      }),
      warns('StaticRoutesNearLimit', /80 of 100 static routes/, {
        project: { defaultNetworkTier: 'PREMIUM', quotas: new Map([['ROUTES', { usage: 80, limit: 100 }]]) },
      }),
    ],
  },
  'hybrid-envelope-is-kept': {
    passing: { instancesInNetwork: 130, routes: manyRoutes(300) },
    failing: [
      warns('HybridEnvelopeExceeded', /131 instances \(130\)/, { instancesInNetwork: 131 }),
      warns('HybridEnvelopeExceeded', /301 custom routes \(300\)/, { routes: manyRoutes(301) }),
      warns('HybridEnvelopeExceeded', /26 hybrid subnets \(25\)/, {
        subnets: Array.from({ length: 25 }, (_, index) =>
          regional({
            ...subnet('x', { routesOverlapAllowed: true, range: `10.7.${index}.0/24` }),
            name: `s${index}`,
          }),
        ),
      }),
    ],
  },
  'nics-have-room': {
    // It has its alias already.
    passing: {
      instances: [instance(1, { aliases: [{ range: podCidr(1), rangeName: 'ipv4-pod-cidr' }, ...fullNic] })],
    },
    failing: [
      warns('AliasLimitReached', /1 instances have 150/, { instances: [instance(1, { aliases: fullNic })] }, [
        'overlap',
        'cutover',
      ]),
    ],
  },
  'subnet-has-room': {
    passing: { nodesSubnet: subnet('nodes', { secondaryRanges: manyRanges.slice(1) }) },
    failing: [
      blocks('RangeLimitReached', /has 170 secondary ranges/, {
        nodesSubnet: subnet('nodes', { secondaryRanges: manyRanges }),
      }),
    ],
  },
  'pod-range-has-room': {
    failing: [warns('PodRangeFull', /3 of 2 blocks of \/17/, { shoot: shoot({ nodeMaskSize: 17 }) })],
  },
} as const satisfies Readonly<Record<string, Examples>>;

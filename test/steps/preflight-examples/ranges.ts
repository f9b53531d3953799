import { subnet, TARGET } from '../fixtures.ts';
import { regional, route, SERVICES, withPodRange } from '../preflight-scene.ts';
import { blocks, type Examples, warns } from './example.ts';

const elsewhere = (range: string) => regional({ ...subnet('x', { range }), name: 'other' }, 'us-east1');

/** Of the checks in `checks/ranges.ts`. */
export const RANGES = {
  'ranges-are-disjoint': {
    failing: [
      blocks('RangesOverlap', /pods 100\.96\.0\.0\/16 and nodes 100\.96\.0\.0\/16/, {
        target: { ...TARGET, nodes: TARGET.pods },
      }),
    ],
  },
  'pods-clear-of-subnets': {
    // The shoot's own pods are in the nodes subnet's secondary range.
    passing: { subnets: [regional(withPodRange(TARGET.pods)), elsewhere('10.0.0.0/8')] },
    failing: [
      blocks('PodRangeTaken', /100\.96\.128\.0\/20 \(other in us-east1\)/, {
        subnets: [elsewhere('100.96.128.0/20')],
      }),
      blocks('PodRangeTaken', /100\.96\.0\.0\/12 \(ipv4-pod-cidr of shoot--x-nodes/, {
        subnets: [
          regional({ ...withPodRange('100.96.0.0/12', { range: '10.1.0.0/16' }), name: 'shoot--x-nodes' }),
        ],
      }),
      // A subnet of the same name in another region is another shoot's.
      blocks('PodRangeTaken', /us-east1/, { subnets: [regional(withPodRange(TARGET.pods), 'us-east1')] }),
    ],
  },
  'services-clear-of-subnets': {
    passing: { subnets: [regional(SERVICES)] },
    failing: [blocks('ServiceRangeTaken', /100\.64\.0\.0\/10/, { subnets: [elsewhere('100.64.0.0/10')] })],
  },
  'nodes-clear-of-subnets': {
    failing: [blocks('NodeRangeTaken', /10\.250\.4\.0\/24/, { subnets: [elsewhere('10.250.4.0/24')] })],
  },
  'other-clusters-are-disjoint': {
    passing: {
      routes: [
        route(1),
        route(2, {
          name: 'shoot--other-x',
          destination: '100.97.0.0/24',
          nextHop: { name: 'other', zone: 'europe-west1-b' },
        }),
      ],
    },
    failing: ['100.96.77.0/24', '100.64.3.0/24', '10.250.3.0/24', '100.0.0.0/8'].map((destination) =>
      blocks('OtherClusterInRange', new RegExp(`shoot--other-x \\(${destination}\\)`), {
        routes: [
          route(1),
          route(2, {
            name: 'shoot--other-x',
            destination,
            nextHop: { name: 'other', zone: 'europe-west1-b' },
          }),
        ],
      }),
    ),
  },
  'no-foreign-route-in-pods': {
    passing: { routes: [route(1), route(2, { name: 'default', description: '', destination: '0.0.0.0/0' })] },
    failing: [
      blocks('ForeignRouteInPodCidr', /vpn \(100\.96\.200\.0\/24\)/, {
        routes: [
          route(2, {
            name: 'vpn',
            description: 'by hand',
            destination: '100.96.200.0/24',
            nextHop: undefined,
          }),
        ],
      }),
      blocks('ForeignRouteInPodCidr', /vpn \(100\.96\.0\.0\/16\)/, {
        routes: [route(2, { name: 'vpn', description: '', destination: TARGET.pods, nextHop: undefined })],
      }),
    ],
  },
  'no-route-in-services': {
    passing: { servicesSubnet: SERVICES },
    failing: [
      blocks('RouteInServiceCidr', /vpn \(100\.65\.0\.0\/16\)/, {
        routes: [route(2, { name: 'vpn', description: '', destination: '100.65.0.0/16' })],
      }),
    ],
  },
  'no-foreign-secondary-range': {
    passing: {
      nodesSubnet: subnet('nodes', { secondaryRanges: [{ name: 'theirs', range: '10.9.0.0/24' }] }),
    },
    failing: [
      blocks('ForeignRangeInTheWay', /theirs \(100\.96\.4\.0\/22\)/, {
        nodesSubnet: subnet('nodes', { secondaryRanges: [{ name: 'theirs', range: '100.96.4.0/22' }] }),
      }),
    ],
  },
  'pod-range-is-free': {
    passing: { nodesSubnet: withPodRange(TARGET.pods), routes: [] },
    failing: [
      blocks('PodRangeDiffers', /is 100\.96\.128\.0\/17, expected 100\.96\.0\.0\/16/, {
        nodesSubnet: withPodRange('100.96.128.0/17'),
      }),
      warns('PodRangeAlreadyThere', /3 pod routes/, { nodesSubnet: withPodRange(TARGET.pods) }, ['rollover']),
    ],
  },
} as const satisfies Readonly<Record<string, Examples>>;

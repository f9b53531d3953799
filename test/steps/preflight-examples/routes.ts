import { instance, node, podCidr, route } from '../preflight-scene.ts';
import { blocks, type Examples, warns } from './example.ts';

/** Of the checks in `checks/routes.ts`. */
export const ROUTES = {
  'nodes-have-routes': {
    passing: {
      routes: [route(1)],
      nodes: [node(1), node(2)],
      instances: [instance(1), instance(2, { aliases: [{ range: podCidr(2), rangeName: 'ipv4-pod-cidr' }] })],
    },
    failing: [warns('NodeWithoutRoute', /1 nodes.*-3/, { routes: [route(1), route(2)] })],
  },
  'routes-have-nodes': {
    failing: [
      warns('RouteWithoutNode', /1 pod routes/, { nodes: [node(1), node(2)] }),
      warns('RouteWithoutNode', /-worker-z1-9/, { routes: [route(1), route(9, { nextHopGone: true })] }),
    ],
  },
  'one-route-per-range': {
    failing: [
      blocks('TwoRoutesForOneRange', /100\.96\.1\.0\/24/, {
        routes: [route(1), route(2, { destination: podCidr(1) })],
      }),
      warns('TwoRoutesForOneRange', /100\.96\.1\.0\/24/, {
        routes: [route(1), route(9, { destination: podCidr(1), nextHopGone: true })],
      }),
    ],
  },
  'routes-agree-with-nodes': {
    failing: [
      blocks('RouteAndNodeDisagree', /leads 100\.96\.8\.0\/24 to .*-1, which has 100\.96\.1\.0\/24/, {
        routes: [route(1, { destination: podCidr(8) })],
      }),
    ],
  },
  'routes-are-untagged': {
    failing: [
      warns('RouteWithTags', /1 pod routes/, { routes: [route(1, { tags: ['db'] }), route(2)] }, ['overlap']),
    ],
  },
  'routes-stay-in-the-region': {
    failing: [
      warns(
        'RouteLeavesRegion',
        /europe-west12-a/,
        { routes: [route(1, { nextHop: { name: instance(1).name, zone: 'europe-west12-a' } })] },
        ['overlap'],
      ),
    ],
  },
} as const satisfies Readonly<Record<string, Examples>>;

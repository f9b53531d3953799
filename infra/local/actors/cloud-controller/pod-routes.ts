import { containsCidr, parseCidr } from 'cidr-tools';
import type { VpcRoute } from '../world.ts';

/** Written on every route of the route controller, and what it lists by (gcp-compute-semantics.md §2.3). */
export const ROUTE_DESCRIPTION = 'k8s-node-route';
const NAME_PREFIX_LENGTH = 26;

export interface RoutedNode {
  readonly name: string;
  readonly uid: string;
  /** The IPv4 one. */
  readonly podCidr: string;
}

export interface RoutePlan {
  readonly missing: readonly RoutedNode[];
  readonly stale: readonly VpcRoute[];
  /** Nodes whose route is there. */
  readonly routed: readonly RoutedNode[];
}

export function podRouteName(clusterName: string, nodeUid: string): string {
  return `${clusterName.slice(0, NAME_PREFIX_LENGTH)}-${nodeUid}`;
}

/**
 * What the route controller makes of nodes and routes: a route for each node, and none, inside the cluster's
 * range, for anything else. It knows nothing of alias IP ranges (make-before-break.md §6.2).
 */
export function planRoutes(
  cluster: { readonly name: string; readonly cidr: string },
  nodes: readonly RoutedNode[],
  routes: readonly VpcRoute[],
): RoutePlan {
  const prefix = `${cluster.name.slice(0, NAME_PREFIX_LENGTH)}-`;
  const own = routes.filter(
    ({ name, description }) => name.startsWith(prefix) && description === ROUTE_DESCRIPTION,
  );
  const path = (node: string | undefined, cidr: string) => `${node ?? ''} ${cidr}`;
  const present = new Set(own.map((route) => path(route.nextHop, route.destination)));
  const wanted = new Set(nodes.map((node) => path(node.name, node.podCidr)));
  return {
    missing: nodes.filter((node) => !present.has(path(node.name, node.podCidr))),
    routed: nodes.filter((node) => present.has(path(node.name, node.podCidr))),
    stale: own.filter(
      (route) =>
        !wanted.has(path(route.nextHop, route.destination)) &&
        parseCidr(route.destination).version === 4 &&
        containsCidr(cluster.cidr, route.destination),
    ),
  };
}

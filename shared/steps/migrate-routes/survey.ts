import type { Instance, Route } from '../../compute/compute.ts';
import type { ClusterNode } from '../../kubernetes/cluster.ts';
import { type Cidr, contains, tryParseCidr } from '../../migration/cidr.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { POD_RANGE_NAME } from '../infrastructure-names.ts';
import type { RouteFacts } from './gather.ts';

/** A pod route of this cluster with what belongs to it. */
export interface PodRoute {
  readonly route: Route & { readonly nextHop: NonNullable<Route['nextHop']> };
  readonly destination: Cidr;
  readonly instance: Instance | undefined;
  readonly node: ClusterNode | undefined;
  readonly record: PodRouteRecord | undefined;
}

/** A node that carries pods: it has a pod CIDR and its instance exists. */
export interface CarryingNode {
  readonly name: string;
  readonly podCidr: Cidr;
  readonly instance: Instance;
  readonly aliased: boolean;
}

/** The facts brought into relation; everything that the phases ask for. */
export interface Survey {
  readonly facts: RouteFacts;
  readonly podRoutes: readonly PodRoute[];
  /** Routes inside or equal to the pod CIDR that are not this cluster's. */
  readonly foreignRoutes: readonly Route[];
  readonly nodes: readonly CarryingNode[];
  /** Nodes that nobody has given a pod CIDR yet. */
  readonly joining: readonly ClusterNode[];
  readonly podRange: { readonly name: string; readonly range: string } | undefined;
}

/** What the cloud-controller-manager writes on every route that it creates (cloud-provider-gcp, `gce_routes.go`). */
const POD_ROUTE_DESCRIPTION = 'k8s-node-route';

export function survey(facts: RouteFacts): Survey {
  const instances = new Map(facts.instances.map((instance) => [instance.name, instance]));
  const nodes = new Map(facts.nodes.map((node) => [node.instance?.name ?? node.name, node]));
  const inPodCidr = facts.routes.flatMap((route) => {
    const destination = tryParseCidr(route.destination, 'IPv4');
    return destination !== undefined && contains(facts.target.pods, destination)
      ? [{ route, destination }]
      : [];
  });
  const podRoutes = inPodCidr.flatMap(({ route, destination }): PodRoute[] => {
    const { nextHop } = route;
    if (nextHop === undefined) return [];
    const instance = instances.get(nextHop.name);
    if (!isPodRoute(facts, route, destination, instance)) return [];
    const node = instance === undefined ? undefined : nodes.get(instance.name);
    return [
      { route: { ...route, nextHop }, destination, instance, node, record: facts.records.get(route.name) },
    ];
  });
  const ours = new Set(podRoutes.map(({ route }) => route.name));
  return {
    facts,
    podRoutes,
    foreignRoutes: inPodCidr.flatMap(({ route }) => (ours.has(route.name) ? [] : [route])),
    nodes: facts.nodes.flatMap((node) => carryingNode(node, instances)),
    joining: facts.nodes.filter((node) => podCidrOf(node) === undefined),
    podRange: facts.subnets.nodes?.secondaryRanges.find(({ name }) => name === POD_RANGE_NAME),
  };
}

/**
 * A pod route is one that the cloud-controller-manager made for this cluster: its description, this network, inside
 * and not equal to the pod CIDR, an instance of this cluster as next hop. Names alone would not do: their prefix is cut
 * off after 26 characters, so that two clusters may share it. Of an instance that is gone only the name is left to
 * judge by.
 */
function isPodRoute(
  facts: RouteFacts,
  route: Route,
  destination: Cidr,
  instance: Instance | undefined,
): boolean {
  return (
    route.description === POD_ROUTE_DESCRIPTION &&
    route.network === facts.target.network &&
    destination !== facts.target.pods &&
    (instance !== undefined || (route.nextHop?.name.startsWith(`${facts.target.technicalId}-`) ?? false))
  );
}

function carryingNode(node: ClusterNode, instances: ReadonlyMap<string, Instance>): CarryingNode[] {
  const podCidr = podCidrOf(node);
  const instance = instances.get(node.instance?.name ?? node.name);
  if (podCidr === undefined || instance === undefined) return [];
  const aliased = instance.aliases.some(
    ({ range, rangeName }) => range === podCidr && rangeName === POD_RANGE_NAME,
  );
  return [{ name: node.name, podCidr, instance, aliased }];
}

function podCidrOf(node: ClusterNode): Cidr | undefined {
  return node.podCidrs.map((cidr) => tryParseCidr(cidr, 'IPv4')).find((cidr) => cidr !== undefined);
}

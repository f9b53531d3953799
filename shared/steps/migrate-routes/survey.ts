import type { Instance, Route } from '../../compute/compute.ts';
import type { ClusterNode } from '../../kubernetes/cluster.ts';
import { type Cidr, contains, readCidr } from '../../migration/cidr.ts';
import type { Target } from '../../migration/migration.ts';
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

/**
 * Whether the route may go: its alias was read back from the NIC, or there is no instance any more that it could lead
 * to. That the instance is not among the cluster's own does not show the latter: it may be another cluster's.
 */
export function isDeletable(
  record: PodRouteRecord | undefined,
  { route, instance }: Pick<PodRoute, 'route' | 'instance'>,
): boolean {
  return (
    record?.state === 'verified' || (record !== undefined && instance === undefined && route.nextHopGone)
  );
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
const NODE_UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function survey(facts: RouteFacts): Survey {
  const instances = new Map(facts.instances.map((instance) => [instance.name, instance]));
  const nodes = new Map(facts.nodes.map((node) => [node.instance?.name ?? node.name, node]));
  const inPodCidr = facts.routes.flatMap((route) => {
    const destination = readCidr(route.destination, 'IPv4');
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
 * and not equal to the pod CIDR, an instance of this cluster as next hop. The name alone would not do: its prefix is cut
 * off after 26 characters, so that two clusters may share it. Of an instance that is gone only names are left to judge
 * by: the route's own, with nothing between prefix and UID, and the instance's (`gcp-compute-semantics.md` §2.3).
 */
function isPodRoute(
  { target }: RouteFacts,
  route: Route,
  destination: Cidr,
  instance: Instance | undefined,
): boolean {
  return (
    route.description === POD_ROUTE_DESCRIPTION &&
    route.network === target.network &&
    destination !== target.pods &&
    (instance !== undefined || isNamedAsOurs(route, target))
  );
}

function isNamedAsOurs({ name, nextHop }: Route, { technicalId }: Target): boolean {
  const prefix = `${technicalId.slice(0, 26)}-`;
  return (
    name.startsWith(prefix) &&
    NODE_UID.test(name.slice(prefix.length)) &&
    nextHop?.name.startsWith(`${technicalId}-`) === true
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
  return node.podCidrs.map((cidr) => readCidr(cidr, 'IPv4')).find((cidr) => cidr !== undefined);
}

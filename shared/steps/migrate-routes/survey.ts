import type { Instance, Route, Subnet } from '../../compute/compute.ts';
import type { ClusterNode } from '../../kubernetes/cluster.ts';
import { type Cidr, contains, readCidr } from '../../migration/cidr.ts';
import type { Target } from '../../migration/migration.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { POD_RANGE_NAME } from '../infrastructure-names.ts';

/** What has to be known of a cluster to tell whose routes, aliases and ranges are whose. */
export interface ClusterRoutes {
  readonly target: Target;
  readonly nodesSubnet: Subnet | undefined;
  /** Every static route of the network, other people's included. */
  readonly routes: readonly Route[];
  /** Those with a NIC in the nodes subnet. */
  readonly instances: readonly Instance[];
  readonly nodes: readonly ClusterNode[];
  readonly records: ReadonlyMap<string, PodRouteRecord>;
}

/** A pod route of this cluster with what belongs to it. */
export interface PodRoute {
  readonly route: Route & { readonly nextHop: NonNullable<Route['nextHop']> };
  readonly destination: Cidr;
  readonly instance: Instance | undefined;
  readonly node: ClusterNode | undefined;
  readonly record: PodRouteRecord | undefined;
  /** The NIC that it leads to shows an alias for the same range now. */
  readonly aliased: boolean;
}

/**
 * Whether the route may go without a gap: its alias was read back from the NIC and is there, or there is no instance any more that
 * it could lead to.
 */
export function isDeletable(
  record: PodRouteRecord | undefined,
  { route, instance, aliased }: Pick<PodRoute, 'route' | 'instance' | 'aliased'>,
): boolean {
  return (
    (record?.state === 'verified' && aliased) || (record !== undefined && leadsNowhere({ route, instance }))
  );
}

/** The API itself says that its instance is gone; that it is not among the cluster's own would not show that. */
export function leadsNowhere({ route, instance }: Pick<PodRoute, 'route' | 'instance'>): boolean {
  return instance === undefined && route.nextHopGone;
}

/** A node that carries pods: it has a pod CIDR and its instance exists. */
export interface CarryingNode {
  readonly name: string;
  readonly podCidr: Cidr;
  readonly instance: Instance;
  readonly aliased: boolean;
  /** Name of another instance that has this node's pod CIDR as its alias. */
  readonly takenBy: string | undefined;
}

/** The facts brought into relation; everything that the phases ask for. */
export interface Survey<Facts extends ClusterRoutes = ClusterRoutes> {
  readonly facts: Facts;
  readonly podRoutes: readonly PodRoute[];
  /** Routes inside or equal to the pod CIDR that are not this cluster's. */
  readonly foreignRoutes: readonly Route[];
  readonly nodes: readonly CarryingNode[];
  /** Nodes that nobody has given a pod CIDR yet. */
  readonly joining: readonly ClusterNode[];
  readonly podRange: { readonly name: string; readonly range: string } | undefined;
}

/** Nodes whose pods something leads to now: only of these can it be said that they are reached no more. */
export function carriedNodes(survey: Survey): readonly CarryingNode[] {
  const isRouted = routedIn(survey);
  return survey.nodes.filter((node) => node.aliased || isRouted(node));
}

/** Tells of a node whether a route leads to its pods now. */
export function routedIn({ podRoutes }: Survey): (node: CarryingNode) => boolean {
  const routed = new Set(podRoutes.map(({ route, destination }) => `${route.nextHop.name} ${destination}`));
  return ({ instance, podCidr }) => routed.has(`${instance.name} ${podCidr}`);
}

/** What the cloud-controller-manager writes on every route that it creates (cloud-provider-gcp, `gce_routes.go`). */
export const POD_ROUTE_DESCRIPTION = 'k8s-node-route';
const NODE_UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function survey<Facts extends ClusterRoutes>(facts: Facts): Survey<Facts> {
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
      {
        route: { ...route, nextHop },
        destination,
        instance,
        node,
        record: facts.records.get(route.name),
        aliased: instance !== undefined && carries(instance, destination),
      },
    ];
  });
  const holders = holdersOfAliases(facts.instances);
  const ours = new Set(podRoutes.map(({ route }) => route.name));
  return {
    facts,
    podRoutes,
    foreignRoutes: inPodCidr.flatMap(({ route }) => (ours.has(route.name) ? [] : [route])),
    nodes: facts.nodes.flatMap((node) => carryingNode(node, instances, holders)),
    joining: facts.nodes.filter((node) => podCidrOf(node) === undefined),
    podRange: facts.nodesSubnet?.secondaryRanges.find(({ name }) => name === POD_RANGE_NAME),
  };
}

/**
 * A pod route is one that the cloud-controller-manager made for this cluster: its description, this network, inside
 * and not equal to the pod CIDR, an instance of this cluster as next hop. The name alone would not do: its prefix is cut
 * off after 26 characters, so that two clusters may share it. Of an instance that is gone only names are left to judge
 * by: the route's own, with nothing between prefix and UID, and the instance's (`gcp-compute-semantics.md` §2.3).
 */
function isPodRoute(
  { target }: ClusterRoutes,
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

/** Instances by the ranges that they have as aliases. */
function holdersOfAliases(instances: readonly Instance[]): ReadonlyMap<string, string> {
  return new Map(
    instances.flatMap(({ name, aliases }) => aliases.map(({ range }) => [range, name] as const)),
  );
}

function carryingNode(
  node: ClusterNode,
  instances: ReadonlyMap<string, Instance>,
  holders: ReadonlyMap<string, string>,
): CarryingNode[] {
  const podCidr = podCidrOf(node);
  const instance = instances.get(node.instance?.name ?? node.name);
  if (podCidr === undefined || instance === undefined) return [];
  const holder = holders.get(podCidr);
  const takenBy = holder === instance.name ? undefined : holder;
  return [{ name: node.name, podCidr, instance, aliased: carries(instance, podCidr), takenBy }];
}

function carries({ aliases }: Instance, podCidr: Cidr): boolean {
  return aliases.some(({ range, rangeName }) => range === podCidr && rangeName === POD_RANGE_NAME);
}

function podCidrOf(node: ClusterNode): Cidr | undefined {
  return node.podCidrs.map((cidr) => readCidr(cidr, 'IPv4')).find((cidr) => cidr !== undefined);
}

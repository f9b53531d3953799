import { createHash } from 'node:crypto';
import { z } from 'zod';
import { contains, ipv4Block, isIpv6 } from './addresses.ts';
import { parseBody, resourceName } from './body.ts';
import { ComputeError, invalid } from './errors.ts';
import type { ResourcePath } from './links.ts';
import { GLOBAL, resourcePath, selfLink } from './links.ts';
import { referencedNetwork } from './networks.ts';
import type { Project } from './project.ts';
import { givenLimit } from './project-quotas.ts';
import { quotaExceeded } from './quotas.ts';
import { rangeAround } from './range-rules.ts';
import type { Network, Route, Subnetwork } from './resources.ts';
import { rangesOf } from './subnetworks.ts';

const NEXT_HOPS = [
  'nextHopInstance',
  'nextHopIp',
  'nextHopGateway',
  'nextHopIlb',
  'nextHopVpnTunnel',
] as const;

const routeBody = z.looseObject({
  name: resourceName,
  network: z.string(),
  destRange: z
    .string()
    .refine(
      (text) => ipv4Block(text) !== undefined || isIpv6(text),
      'Must be a CIDR range in canonical form.',
    ),
  priority: z.number().int().min(0).max(65_535).optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).optional(),
  nextHopInstance: z.string().optional(),
  nextHopIp: z.string().optional(),
  nextHopGateway: z.string().optional(),
});

/** A static route as the API stores what a client sent: links in full, priority 1000 unless given. */
export function routeOf(project: Project, body: unknown, root = 'resource'): Route {
  const { warnings: _, tags, ...given } = parseBody(routeBody, body, root);
  const network = referencedNetwork(project, `${root}.network`, given.network);
  const hops = NEXT_HOPS.filter((hop) => given[hop] !== undefined);
  if (hops.length !== 1) {
    throw invalid(`${root}.nextHop`, hops.join(','), 'Simulator: exactly one next hop must be specified.');
  }
  const full = (link: string | undefined) => (link === undefined ? link : selfLink(project.path(link)));
  return {
    ...given,
    ...project.identity('compute#route', given.name, selfLink(routePath(project, given.name))),
    network: network.selfLink,
    priority: given.priority ?? 1000,
    ...(tags !== undefined && tags.length > 0 && { tags }),
    nextHopInstance: full(given.nextHopInstance),
    nextHopGateway: full(given.nextHopGateway),
  };
}

export function routePath(project: Project, name: string): ResourcePath {
  return resourcePath(project.id, GLOBAL, 'routes', name);
}

/**
 * A static route may not equal or lie inside a subnet range of its network (gcp-compute-semantics.md §2.1; texts as
 * observed there). `form` says whether the refusal is a synchronous answer or the operation's error.
 */
export function checkDestination(project: Project, route: Route, form: 'operation' | 'synchronous'): void {
  const destination = ipv4Block(route.destRange);
  if (destination === undefined) return;
  const around = rangeAround(project, route.network, destination);
  if (around === undefined) return;
  const allowed =
    around.subnetwork.allowSubnetCidrRoutesOverlap === true &&
    project.switches.routeInsertUnderFlag === 'accepted';
  if (allowed) return;
  const text = `${route.destRange} hides the address space of the network (${around.text}). Cannot change the routing of packets destined for the network.`;
  if (form === 'synchronous') throw invalid('resource.destRange', route.destRange, text);
  throw new ComputeError(400, 'UNSUPPORTED_OPERATION', text);
}

/** @throws ComputeError 400 when the route's next hop is an instance that does not exist. */
export function referencedNextHop(project: Project, route: Route): void {
  const hop = route.nextHopInstance;
  if (hop === undefined || project.instances.has(project.path(hop))) return;
  throw invalid('resource.nextHopInstance', hop, 'The referenced instance resource cannot be found.');
}

/** STATIC_ROUTES_PER_NETWORK, and ROUTES of the project where a scenario still has it (gcp-compute-semantics.md §2.5). */
export function checkRouteQuota(project: Project, network: string): void {
  const limit = project.quotas.staticRoutesPerNetwork;
  if (limit !== undefined && project.routesOf(network).length >= limit) {
    throw quotaExceeded('STATIC_ROUTES_PER_NETWORK', limit);
  }
  const ofProject = givenLimit(project, 'ROUTES');
  if (ofProject !== undefined && project.routes.size >= ofProject) throw quotaExceeded('ROUTES', ofProject);
}

/** A static route as it is read: with warnings when its next hop cannot take packets (gcp-compute-semantics.md §2.3). */
export function shownRoute(project: Project, route: Route): object {
  if (route.nextHopInstance === undefined) return route;
  const path = project.path(route.nextHopInstance);
  const instance = project.instances.get(path);
  if (instance?.status === 'RUNNING') return route;
  const [code, message] =
    instance === undefined
      ? ['NEXT_HOP_INSTANCE_NOT_FOUND', `Next hop instance '${path}' not found.`]
      : ['NEXT_HOP_NOT_RUNNING', `Next hop instance '${path}' is not running.`];
  return {
    ...route,
    warnings: [{ code, message, data: [{ key: 'instance', value: route.nextHopInstance }] }],
  };
}

/**
 * The subnet routes of all networks: one for each subnet range, named and described as the API does. They come and go
 * with their ranges and cannot be deleted (gcp-compute-semantics.md §2.3).
 */
export function subnetRoutes(project: Project): Route[] {
  if (project.switches.subnetRoutesInList === 'hidden') return [];
  return project.subnetworks.values().flatMap((subnetwork) => {
    const known = SUBNET_ROUTES.get(subnetwork);
    if (known !== undefined) return known;
    const routes = rangesOf(subnetwork).map(({ text }) => subnetRoute(project, subnetwork, text));
    SUBNET_ROUTES.set(subnetwork, routes);
    return routes;
  });
}

/** By subnetwork, which is never changed in place: their names are digests, and every list shows them. */
const SUBNET_ROUTES = new WeakMap<Subnetwork, readonly Route[]>();

function subnetRoute(project: Project, subnetwork: Subnetwork, range: string): Route {
  const digest = createHash('sha256').update(`${subnetwork.id} ${range}`).digest('hex');
  const name = `default-route-${digest.slice(0, 16)}`;
  return {
    kind: 'compute#route',
    id: (BigInt(`0x${digest.slice(16, 31)}`) + 1n).toString(),
    creationTimestamp: subnetwork.creationTimestamp,
    name,
    description: `Default local route to the subnetwork ${range}.`,
    network: subnetwork.network,
    destRange: range,
    priority: 0,
    nextHopNetwork: subnetwork.network,
    selfLink: selfLink(routePath(project, name)),
  };
}

/** The default route that a new network gets, or `::/0` with its first external IPv6 subnetwork (gcp-compute-semantics.md §1.3). */
export function addDefaultRoute(project: Project, network: Network, destRange: '0.0.0.0/0' | '::/0'): void {
  if (project.routesOf(network.selfLink).some((route) => route.destRange === destRange)) return;
  const body = {
    name: `default-route-${destRange === '::/0' ? 'r' : ''}${project.identifiers.hex(16)}`,
    description: 'Default route to the Internet.',
    network: network.selfLink,
    destRange,
    priority: 1000,
    nextHopGateway: `projects/${project.id}/global/gateways/default-internet-gateway`,
  };
  project.putRoute(routeOf(project, body));
}

/** True for the default route that came with a network and goes with it. */
export function isSystemDefaultRoute(route: Route): boolean {
  return route.name.startsWith('default-route-') && route.description === 'Default route to the Internet.';
}

/** The static routes whose destination lies in a range of the subnetwork. */
export function routesUnder(project: Project, subnetwork: Subnetwork): Route[] {
  const blocks = rangesOf(subnetwork).map(({ block }) => block);
  return project.routesOf(subnetwork.network).filter((route) => {
    const destination = ipv4Block(route.destRange);
    return destination !== undefined && blocks.some((block) => contains(block, destination));
  });
}

import type { Block } from '../core/addresses.ts';
import { contains, ipv4Block } from '../core/addresses.ts';
import { lastSegment, locationOf, regionOfZone } from '../core/links.ts';
import type { Instance, Route } from '../core/resources.ts';
import type { Switches } from '../switches.ts';
import type { Fabric, NetworkView, SeenSubnetwork } from './fabric.ts';

/** Where a packet ends: at instances' paths (several when routes share the traffic), or nowhere, and why. */
export type Delivery =
  | { readonly to: readonly string[]; readonly by: 'subnet' | 'route' }
  | { readonly to: readonly []; readonly dropped: string };

export type RoutingSwitches = Pick<
  Switches,
  | 'hybridFallback'
  | 'hybridFallbackOnDualStackSubnet'
  | 'aliasMatchesInHybridSubnet'
  | 'guestAgentTakesAliases'
>;

/**
 * Follows an IPv4 packet to its destination in the documented order (make-before-break.md §2.5-2.7, §4): subnet routes
 * first, whatever the length of a static route's prefix; an address of a hybrid range without a running owner goes through
 * a second lookup among the static routes that remain; everything else is dropped.
 */
export function deliver(
  fabric: Fabric,
  network: string,
  address: number,
  switches: RoutingSwitches,
): Delivery {
  const view = fabric.network(network);
  const [range] = view.ranges.containing(address);
  if (range === undefined) return byRoutes(fabric, view, address, () => true);
  const [seen] = range.values;
  if (seen === undefined) return nowhere('the subnet range has no subnetwork');
  const hybrid = seen.subnetwork.allowSubnetCidrRoutesOverlap === true;
  const owner = runningOwner(view, address, hybrid && switches.aliasMatchesInHybridSubnet === 'no');
  if (owner !== undefined) {
    return owner.alias && switches.guestAgentTakesAliases === 'yes'
      ? nowhere('the guest agent keeps packets to the alias range on the host')
      : { to: [owner.path], by: 'subnet' };
  }
  if (!hybrid) return nowhere('no running instance of the subnetwork has the address');
  if (!fallsBack(seen, switches)) return nowhere('the hybrid subnetwork does not fall back to routes');
  const region = lastSegment(seen.subnetwork.region);
  // The second lookup leaves out tagged routes and routes broader than the hybrid range (make-before-break.md §2.5).
  const taking = (route: Route, destination: Block) =>
    (route.tags ?? []).length === 0 && contains(range.block, destination);
  return byRoutes(fabric, view, address, taking, region);
}

function fallsBack({ subnetwork, fallbackReady }: SeenSubnetwork, switches: RoutingSwitches): boolean {
  if (switches.hybridFallback === 'off' || !fallbackReady) return false;
  return subnetwork.stackType === 'IPV4_ONLY' || switches.hybridFallbackOnDualStackSubnet === 'on';
}

function runningOwner(view: NetworkView, address: number, primaryOnly: boolean) {
  for (const { block, values } of view.addresses.containing(address)) {
    for (const { path, instance } of values) {
      const primary = instance.networkInterfaces.some(
        (nic) => ipv4Block(nic.networkIP)?.start === block.start,
      );
      const alias = !(primary && block.prefix === 32);
      if (instance.status === 'RUNNING' && !(alias && primaryOnly)) return { path, alias };
    }
  }
  return undefined;
}

/** The longest prefix, of those the live next hops, of those the best priority; ties share the traffic. */
function byRoutes(
  fabric: Fabric,
  view: NetworkView,
  address: number,
  taking: (route: Route, destination: Block) => boolean,
  hybridRegion?: string,
): Delivery {
  for (const { block, values } of view.routes.containing(address)) {
    const routes = [...values].filter((route) => taking(route, block));
    if (routes.length === 0) continue;
    const hops = routes.map((route) => ({ route, hop: nextHop(fabric, view, route) }));
    const live = hops.filter(({ hop }) => hop.to !== undefined);
    const best = Math.min(...live.map(({ route }) => route.priority));
    const taken = live.filter(({ route }) => route.priority === best).flatMap(({ hop }) => hop.to ?? []);
    if (taken.length === 0) return nowhere(hops[0]?.hop.why ?? 'no next hop is alive');
    // A next hop in another region than the hybrid subnetwork drops the packet (make-before-break.md §2.6).
    const abroad = hybridRegion !== undefined && taken.some((path) => regionOf(path) !== hybridRegion);
    return abroad
      ? nowhere('the next hop is in another region than the hybrid subnetwork')
      : { to: taken, by: 'route' };
  }
  return nowhere('no route');
}

function regionOf(instance: string): string {
  return regionOfZone(locationOf(instance));
}

function nextHop(
  fabric: Fabric,
  view: NetworkView,
  route: Route,
): { readonly to?: string; readonly why: string } {
  const path =
    route.nextHopInstance === undefined ? ownerOf(view, route) : pathBelowRoot(route.nextHopInstance);
  if (path === undefined) return { why: `the route ${route.name} does not lead to an instance` };
  const instance = fabric.instance(path);
  if (instance === undefined) return { why: 'the next hop instance does not exist' };
  const why = cannotForward(instance);
  return why === undefined ? { to: path, why: '' } : { why };
}

/** A route's packets are not addressed to the VM: it needs canIpForward (make-before-break.md §4). */
function cannotForward(instance: Instance): string | undefined {
  if (instance.status !== 'RUNNING') return 'the next hop instance is not running';
  return instance.canIpForward ? undefined : 'the next hop instance may not forward';
}

/** An alias IP cannot be the next hop of a static route (gcp-compute-semantics.md §2.3): primary addresses only. */
function ownerOf(view: NetworkView, route: Route): string | undefined {
  const hop = route.nextHopIp === undefined ? undefined : ipv4Block(route.nextHopIp);
  return hop === undefined ? undefined : runningOwner(view, hop.start, true)?.path;
}

function pathBelowRoot(link: string): string {
  return link.slice(link.indexOf('projects/'));
}

function nowhere(dropped: string): Delivery {
  return { to: [], dropped };
}

import type { Route } from '../../../compute/compute.ts';
import { type Cidr, contains, overlap, readCidr } from '../../../migration/cidr.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { listed } from '../../listed.ts';
import { rangesInTheWay } from '../../migrate-routes/contradictions.ts';
import { POD_ROUTE_DESCRIPTION } from '../../migrate-routes/survey.ts';
import { block, type Check, pass, type Scene, warn } from './check.ts';
import { isOwnSubnet } from './network.ts';

/** Gardener requires the three to be disjoint; a manifest may have been changed under it. */
export const rangesAreDisjoint: Check = ({ facts: { target } }) => {
  const { pods, services, nodes } = target;
  const pairs = [
    ['pods', pods, 'services', services],
    ['pods', pods, 'nodes', nodes],
    ['services', services, 'nodes', nodes],
  ] as const;
  const overlapping = pairs.filter(([, a, , b]) => overlap(a, b));
  if (overlapping.length === 0)
    return pass(`pods ${pods}, services ${services} and nodes ${nodes} are disjoint`);
  return block(
    'RangesOverlap',
    `Ranges of the shoot overlap: ${overlapping.map(([a, first, b, second]) => `${a} ${first} and ${b} ${second}`).join('; ')}.`,
    'A shoot cannot change these ranges; it has to be created anew with disjoint ones.',
  );
};

export const podsClearOfSubnets: Check = (scene) =>
  clearOfSubnets(scene, 'pods', 'PodRangeTaken', 'the pod CIDR becomes a secondary range');

export const servicesClearOfSubnets: Check = (scene) =>
  clearOfSubnets(scene, 'services', 'ServiceRangeTaken', 'the service CIDR becomes a subnet of its own');

export const nodesClearOfSubnets: Check = (scene) =>
  clearOfSubnets(scene, 'nodes', 'NodeRangeTaken', 'nodes of both would have the same addresses');

/** Primary and secondary ranges of all regions: a VPC's ranges are unique as a whole (gcp-compute-semantics.md §1.2). */
function clearOfSubnets(
  { facts: { target, subnets } }: Scene,
  which: 'pods' | 'services' | 'nodes',
  reason: 'PodRangeTaken' | 'ServiceRangeTaken' | 'NodeRangeTaken',
  why: string,
) {
  const wanted = target[which];
  const taken = subnets.flatMap((subnet) => {
    if (isOwnSubnet(subnet, target)) return [];
    const place = `${subnet.name} in ${subnet.region}`;
    const primary = { of: place, range: subnet.range };
    const secondary = subnet.secondaryRanges.map(({ name, range }) => ({ of: `${name} of ${place}`, range }));
    return [primary, ...secondary].filter(({ range }) => overlaps(wanted, range));
  });
  if (taken.length === 0) return pass(`no other subnet of the network overlaps the ${which} ${wanted}`);
  return block(
    reason,
    `The ${which} ${wanted} overlap ${listed(taken.map(({ of, range }) => `${range} (${of})`))}; ${why}.`,
    'Move what uses these subnets elsewhere, if their owners agree.',
  );
}

/** In a shared VPC each cluster's pod routes are in everybody's way (provider-gcp, docs/usage/ipv6.md). */
export const otherClustersAreDisjoint: Check = ({ facts, podRoutes }) => {
  const { pods, services, nodes } = facts.target;
  const own = new Set(podRoutes.map(({ route }) => route.name));
  const strange = facts.routes.filter(({ name, description, destination }) => {
    if (description !== POD_ROUTE_DESCRIPTION || own.has(name)) return false;
    return [pods, services, nodes].some((range) => overlaps(range, destination));
  });
  if (strange.length === 0) return pass('no other cluster of the network has pods in the ranges of this one');
  return block(
    'OtherClusterInRange',
    `${strange.length} pod routes of another cluster lead into the ranges of this one: ${listed(strange.map(routeAndRange))}.`,
    'Find out whose they are; pod CIDRs of clusters without overlay must be disjoint in a shared VPC.',
  );
};

export const noForeignRouteInPods: Check = ({ facts: { target }, foreignRoutes }) => {
  // Those of clusters are told apart by their description and are the check before this one.
  const strange = foreignRoutes.filter(({ description }) => description !== POD_ROUTE_DESCRIPTION);
  if (strange.length === 0) return pass(`no other route lies in the pod CIDR ${target.pods}`);
  return block(
    'ForeignRouteInPodCidr',
    `${listed(strange.map(routeAndRange))} in the pod CIDR ${target.pods} is not this cluster's.`,
    'Find out whose it is and remove it or choose another destination; it is never touched from here.',
  );
};

/** A range that contains a route is refused, and the services subnet is still to be created. */
export const noRouteInServices: Check = ({ facts }) => {
  const { services } = facts.target;
  if (facts.servicesSubnet !== undefined) return pass('the services subnet exists');
  const inside = facts.routes.filter(({ destination }) => {
    const range = readCidr(destination, 'IPv4');
    return range !== undefined && contains(services, range);
  });
  if (inside.length === 0) return pass(`no route lies in the service CIDR ${services}`);
  return block(
    'RouteInServiceCidr',
    `${listed(inside.map(routeAndRange))} in the service CIDR ${services}, which is to become a subnet.`,
    'Find out whose it is and remove it or choose another destination; it is never touched from here.',
  );
};

export const noForeignSecondaryRange: Check = ({ facts }) => {
  const { nodesSubnet, target } = facts;
  if (nodesSubnet === undefined) return undefined;
  const others = rangesInTheWay(facts);
  if (others.length === 0) return pass('no other secondary range of the nodes subnet overlaps the pod CIDR');
  return block(
    'ForeignRangeInTheWay',
    `Secondary ranges of ${nodesSubnetName(target)} overlap the pod CIDR ${target.pods}: ${listed(others.map(({ name, range }) => `${name} (${range})`))}.`,
    'Remove them, if their owner agrees.',
  );
};

export const podRangeIsFree: Check = ({ facts: { target }, podRange, podRoutes }) => {
  if (podRange === undefined) return pass(`${POD_RANGE_NAME} does not exist yet`);
  if (podRange.range !== target.pods) {
    return block(
      'PodRangeDiffers',
      `The secondary range ${POD_RANGE_NAME} is ${podRange.range}, expected ${target.pods}; a range can only be removed, not changed.`,
      'Remove the range if nothing uses it.',
    );
  }
  if (podRoutes.length === 0) return pass(`${POD_RANGE_NAME} is ${podRange.range} already`);
  // New nodes would be given old nodes' ranges out of it (make-before-break.md §6.7).
  return warn(
    'PodRangeAlreadyThere',
    `${POD_RANGE_NAME} is the whole pod CIDR ${target.pods} already while ${podRoutes.length} pod routes exist.`,
    'Let no node join before every present node has its alias; overlap goes on from here.',
    ['rollover'],
  );
};

function overlaps(range: Cidr, text: string): boolean {
  const other = readCidr(text, 'IPv4');
  return other !== undefined && overlap(range, other);
}

function routeAndRange({ name, destination }: Route): string {
  return `${name} (${destination})`;
}

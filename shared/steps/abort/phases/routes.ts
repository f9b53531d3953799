import type { Route } from '../../../compute/compute.ts';
import { contains, readCidr } from '../../../migration/cidr.ts';
import { listed } from '../../listed.ts';
import { act, actOn, secondsLeft } from '../../phase.ts';
import { abortMarkIn } from '../marks.ts';
import { missingOnRecord, unrouted, type Way } from '../way.ts';
import { blocked, type Phase, wait } from './phase.ts';

/** A new route reaches the hosts later than the API shows it; no figure is published (make-before-break.md §7). */
const ROUTE_SETTLING_SECONDS = 30;
/** The route controller looks every 10 s (make-before-break.md §6.2); after so long it is not going to. */
const ROUTE_CONTROLLER_SECONDS = 600;

/** Whatever the record says of its state: that the route is missing is what counts. */
export const createRoutesAgain: Phase = (way) =>
  actOn(missingOnRecord(way), (records) => ({ kind: 'create routes', records }));

/** Somebody else created it again: the record says so too, or the way forward would stumble over it. */
export const recordRestored: Phase = ({ podRoutes }) =>
  actOn(
    podRoutes.flatMap(({ record }) => (record?.state === 'deleted' ? [record] : [])),
    (records) => ({ kind: 'record restored', records }),
  );

/**
 * A deletion that was asked for on the way forward may still be under way: a route that is there now would be gone after its
 * alias. So it is let come to its end, and the route is created again.
 */
export const finishDeletions: Phase = ({ podRoutes }) =>
  actOn(
    podRoutes.flatMap(({ record }) =>
      record?.deletingSince !== undefined && record.state !== 'deleted' ? [record.name] : [],
    ),
    (routes) => ({ kind: 'finish deletions', routes }),
  );

export const giveRoutesToController: Phase = ({ facts }) => {
  if (abortMarkIn(facts.marks, 'handedBack') !== undefined) return undefined;
  const { managesRoutes, allocatesFromAliases } = facts.cloudControllerManager;
  const { managedRoutes, allocatedFromAliases } = facts.found;
  return managesRoutes === managedRoutes && allocatesFromAliases === allocatedFromAliases
    ? undefined
    : act({ kind: 'manage routes' });
};

export const awaitController: Phase = ({ facts }) => {
  if (abortMarkIn(facts.marks, 'handedBack') !== undefined) return undefined;
  const { rollout, oldPods } = facts.cloudControllerManager;
  if (rollout.complete && oldPods === 0) return undefined;
  return wait(
    'CloudControllerManagerRollingOut',
    `${rollout.updated} of ${rollout.desired} cloud-controller-manager pods are new, ${oldPods} old ones are left`,
    5,
  );
};

export const awaitRoutes: Phase = (way) => {
  const { facts, staying } = way;
  const missing = unrouted(way);
  const [first] = missing;
  if (first === undefined) return undefined;
  // One node is followed, so that in a busy cluster others that join do not add up to a long wait.
  const [since = '', awaited] = abortMarkIn(facts.marks, 'awaitedRoute')?.split(' ') ?? [];
  if (!missing.some(({ name }) => name === awaited)) {
    return act({ kind: 'note missing route', node: first.name });
  }
  const message = `no route to ${listed(missing.map(({ name }) => name))}`;
  if (secondsLeft(facts.now, Date.parse(since), ROUTE_CONTROLLER_SECONDS) === 0) {
    return blocked(
      'RoutesMissing',
      `The cloud-controller-manager has made no route to ${awaited} for ${ROUTE_CONTROLLER_SECONDS} s; its alias stays.`,
      'See the events of these nodes (FailedToCreateRoute) and the quota of routes, or delete the nodes, then publish abort again.',
    );
  }
  const progress = {
    done: staying.length - missing.length,
    total: staying.length,
    unit: 'nodes with routes',
  };
  return wait('RoutesMissing', message, 5, progress);
};

/** Only what other routes would do once an alias is off: beside an alias no route counts. */
export const seeOtherRoutes: Phase = (way) => {
  const { aliases, staying, podRoutes } = way;
  if (aliases.length === 0) return undefined;
  const owners = new Map<string, string>(staying.map(({ podCidr, instance }) => [podCidr, instance.name]));
  const other = podRoutes.find(({ destination, route, instance }) => {
    const owner = owners.get(destination);
    return owner !== undefined && instance !== undefined && owner !== route.nextHop.name;
  });
  if (other !== undefined) {
    const { name, nextHop } = other.route;
    return wait('RouteOfAnotherNode', `${name} leads ${other.destination} to ${nextHop.name}`, 15);
  }
  const foreign = foreignInNode(way);
  if (foreign === undefined) return undefined;
  return blocked(
    'ForeignRouteInTheWay',
    `The route ${foreign.name} (${foreign.destination}) is not this cluster’s and lies in the pod CIDR of a node.`,
    'Find out whose it is and remove it; it is never touched from here. Then publish abort again.',
  );
};

export const noteRoutes: Phase = ({ facts, aliases }) =>
  aliases.length > 0 && abortMarkIn(facts.marks, 'routedSince') === undefined
    ? act({ kind: 'note routes' })
    : undefined;

export const letRoutesSettle: Phase = ({ facts, aliases }) => {
  const since = abortMarkIn(facts.marks, 'routedSince');
  if (aliases.length === 0 || since === undefined) return undefined;
  const left = secondsLeft(facts.now, Date.parse(since), ROUTE_SETTLING_SECONDS);
  return left === 0
    ? undefined
    : wait('RoutesSettling', `the newest routes are given ${left} s more to settle`, left);
};

/** A route of another owner that is as narrow as a node's pod CIDR, or narrower, and so would win over its own. */
function foreignInNode({ staying, foreignRoutes }: Way): Route | undefined {
  return foreignRoutes.find(({ destination }) => {
    const range = readCidr(destination, 'IPv4');
    return range !== undefined && staying.some(({ podCidr }) => contains(podCidr, range));
  });
}

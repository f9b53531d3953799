import { contains, readCidr } from '../../migration/cidr.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../infrastructure-names.ts';
import { listed } from '../listed.ts';
import { firstDecision } from '../phase.ts';
import {
  disagreeingRoutes,
  nodesSharingPodCidr,
  nodesWithForeignAliasFirst,
  rangesInTheWay,
} from './contradictions.ts';
import { blocked, type Phase, type RouteSurvey } from './phases/phase.ts';

/** The first thing that a human has to clear away. Looked for in every round, before any act but the most urgent. */
export const clearOfObstacles: Phase = (survey) => firstDecision(OBSTACLES, survey);

/** The list is the documentation. */
const OBSTACLES: readonly Phase[] = [
  // Nothing can be said about a cluster whose nodes subnet is not there.
  nodesSubnetMissing,
  // A secondary range cannot be changed or grown, only removed while unused.
  podRangeDiffers,
  // Other secondary ranges are not ours to remove.
  foreignRangeInTheWay,
  // A route inside the pod CIDR that is not ours would be overruled, and keeps the overlap from ending.
  foreignRouteInPodCidr,
  // Hybrid routing of a subnet that has IPv6 already is unknown ground (make-before-break.md P10).
  nodesSubnetAlreadyDualStack,
  // Which of the two is right only a human can tell.
  podCidrNotUnique,
  routeAndNodeDisagree,
  // The cloud-controller-manager takes aliasIpRanges[0] for the pod CIDR.
  foreignAliasFirst,
  // Somebody works against us.
  routeReappeared,
];

function nodesSubnetMissing({ facts }: RouteSurvey): ReturnType<Phase> {
  if (facts.nodesSubnet !== undefined) return undefined;
  return blocked(
    'NodesSubnetMissing',
    `The subnet ${nodesSubnetName(facts.target)} does not exist in ${facts.target.region}.`,
    'Check region and technical ID of the shoot.',
  );
}

function podRangeDiffers({ facts, podRange }: RouteSurvey): ReturnType<Phase> {
  if (podRange === undefined || podRange.range === facts.target.pods) return undefined;
  const range = readCidr(podRange.range, 'IPv4');
  const partial = range !== undefined && contains(facts.target.pods, range);
  if (partial && facts.plan.strategy === 'rollover') return undefined;
  return blocked(
    'PodRangeDiffers',
    `The secondary range ${POD_RANGE_NAME} is ${podRange.range}, expected ${facts.target.pods}.`,
    'Remove the range if nothing uses it.',
  );
}

function foreignRangeInTheWay({ facts }: RouteSurvey): ReturnType<Phase> {
  const [inTheWay] = rangesInTheWay(facts);
  if (inTheWay === undefined) return undefined;
  return blocked(
    'ForeignRangeInTheWay',
    `The secondary range ${inTheWay.name} (${inTheWay.range}) overlaps the pod CIDR ${facts.target.pods}.`,
    'Remove it, if its owner agrees.',
  );
}

function foreignRouteInPodCidr({ facts, foreignRoutes }: RouteSurvey): ReturnType<Phase> {
  const [route] = foreignRoutes;
  if (route === undefined) return undefined;
  return blocked(
    'ForeignRouteInPodCidr',
    `${listed(foreignRoutes.map(({ name, destination }) => `${name} (${destination})`))} in the pod CIDR ${facts.target.pods} of another owner.`,
    'Find out whose it is and remove it or choose another destination; it is never touched from here.',
  );
}

function nodesSubnetAlreadyDualStack({ facts, podRoutes, podRange }: RouteSurvey): ReturnType<Phase> {
  if (facts.plan.strategy !== 'overlap' || podRoutes.length === 0 || podRange !== undefined) return undefined;
  if (facts.nodesSubnet?.stackType === 'IPV4_ONLY') return undefined;
  return blocked(
    'NodesSubnetAlreadyDualStack',
    `${nodesSubnetName(facts.target)} is ${facts.nodesSubnet?.stackType} while ${podRoutes.length} pod routes exist.`,
    'Set its stack type back to IPV4_ONLY (possible with external IPv6), then publish the step again.',
  );
}

function podCidrNotUnique({ nodes }: RouteSurvey): ReturnType<Phase> {
  const [[one, other] = []] = nodesSharingPodCidr(nodes);
  if (one === undefined || other === undefined) return undefined;
  return blocked(
    'PodCidrNotUnique',
    `The nodes ${one.name} and ${other.name} both have the pod CIDR ${one.podCidr}.`,
    'Delete one of the two nodes; it comes back with another range.',
  );
}

function routeAndNodeDisagree(survey: RouteSurvey): ReturnType<Phase> {
  const [wrong] = disagreeingRoutes(survey);
  if (wrong === undefined) return undefined;
  const { route, node } = wrong;
  return blocked(
    'RouteAndNodeDisagree',
    `The route ${route.name} leads ${route.destination} to ${route.nextHop.name}, whose Node has ${node?.podCidrs.join(', ')}.`,
    'Delete the route if it is a leftover; the node’s own pod CIDR is what counts.',
  );
}

function foreignAliasFirst({ nodes }: RouteSurvey): ReturnType<Phase> {
  const [wrong] = nodesWithForeignAliasFirst(nodes);
  if (wrong === undefined) return undefined;
  return blocked(
    'ForeignAlias',
    `${wrong.name}: the first alias IP range is ${wrong.instance.aliases[0]?.range}, expected ${wrong.podCidr}.`,
    'Remove that alias or replace the node.',
  );
}

function routeReappeared({ podRoutes }: RouteSurvey): ReturnType<Phase> {
  const back = podRoutes.filter(({ record }) => record?.state === 'deleted');
  if (back.length === 0) return undefined;
  return blocked(
    'RouteReappeared',
    `${listed(back.map(({ route }) => route.name))} had been deleted and exists again.`,
    'Find out what creates pod routes (a second cloud-controller-manager?) and stop it.',
  );
}

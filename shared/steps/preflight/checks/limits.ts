import { prefixLengthOf } from '../../../migration/cidr.ts';
import { nodesSubnetName } from '../../infrastructure-names.ts';
import { listed } from '../../listed.ts';
import { block, type Check, pass, warn } from './check.ts';

/** Default of STATIC_ROUTES_PER_NETWORK in Gardener's documentation; the API does not show the quota (gcp-compute-semantics.md §2.5). */
const DEFAULT_STATIC_ROUTES = 200;
/** From this share on it counts as near. */
const NEAR = 0.8;

export const routeQuotaIsFar: Check = ({ facts: { project, routes, target } }) => {
  const shown = project.quotas.get('ROUTES');
  const { usage, limit } = shown ?? { usage: routes.length, limit: DEFAULT_STATIC_ROUTES };
  const counted =
    shown === undefined
      ? `${usage} static routes in ${target.network}, ${limit} by default; the network’s own limit is not shown`
      : `${usage} of ${limit} static routes in ${target.project} (quota ROUTES)`;
  if (usage < NEAR * limit) return pass(counted);
  return warn(
    'StaticRoutesNearLimit',
    `The limit of static routes is near: ${counted}.`,
    'Raise STATIC_ROUTES_PER_NETWORK, or let no node join before the migration: without a route its pods are not reached, and the way back needs every route.',
  );
};

/** Advice of Google's for hybrid subnets, per VPC; beyond it connectivity may suffer (make-before-break.md §2.9). */
const ENVELOPE = { subnets: 25, instances: 130, routes: 300 };

export const hybridEnvelopeIsKept: Check = ({ facts }) => {
  const { nodesSubnet, subnets, instancesInNetwork, routes } = facts;
  if (nodesSubnet === undefined) return undefined;
  const hybrid = subnets.filter(({ routesOverlapAllowed }) => routesOverlapAllowed).length;
  const subnetsThen = nodesSubnet.routesOverlapAllowed ? hybrid : hybrid + 1;
  const figures = [
    { what: 'hybrid subnets', is: subnetsThen, most: ENVELOPE.subnets },
    { what: 'instances', is: instancesInNetwork, most: ENVELOPE.instances },
    { what: 'custom routes', is: routes.length, most: ENVELOPE.routes },
  ];
  const text = figures.map(({ what, is, most }) => `${is} ${what} (${most})`).join(', ');
  if (figures.every(({ is, most }) => is <= most))
    return pass(`within Google's advice for hybrid subnets: ${text}`);
  return warn(
    'HybridEnvelopeExceeded',
    `With overlap the network has more than Google advises for hybrid subnets: ${text}.`,
    'The limits are advice and not enforced; overlap proves every node reached at each stage. Ask for rollover to stay clear of them.',
  );
};

/** gcp-compute-semantics.md §3.2 */
const ALIASES_PER_NIC = 150;

export const nicsHaveRoom: Check = ({ nodes }) => {
  const full = nodes.filter(
    ({ aliased, instance }) => !aliased && instance.aliases.length >= ALIASES_PER_NIC,
  );
  if (full.length === 0) return pass(`no NIC is near ${ALIASES_PER_NIC} alias IP ranges`);
  return warn(
    'AliasLimitReached',
    `${full.length} instances have ${ALIASES_PER_NIC} alias IP ranges already, so none can be added: ${listed(full.map(({ name }) => name))}.`,
    'Remove some of their aliases, or replace the nodes.',
    ['overlap', 'cutover'],
  );
};

/** Cannot be raised (make-before-break.md §5). */
const RANGES_PER_SUBNET = 170;

export const subnetHasRoom: Check = ({ facts: { nodesSubnet, target }, podRange }) => {
  if (nodesSubnet === undefined) return undefined;
  const ranges = nodesSubnet.secondaryRanges.length;
  if (podRange !== undefined || ranges < RANGES_PER_SUBNET) {
    return pass(`${ranges} of ${RANGES_PER_SUBNET} secondary ranges of the nodes subnet are used`);
  }
  return block(
    'RangeLimitReached',
    `${nodesSubnetName(target)} has ${ranges} secondary ranges; ${RANGES_PER_SUBNET} is the most, so the pods' one cannot be added.`,
    'Remove secondary ranges that nothing uses, if their owners agree.',
  );
};

export const podRangeHasRoom: Check = ({ facts: { target, shoot, nodes } }) => {
  if (shoot === undefined) return undefined;
  const { nodeMaskSize } = shoot;
  const blocks = Math.floor(2 ** (nodeMaskSize - prefixLengthOf(target.pods)));
  const counted = `${nodes.length} of ${blocks} blocks of /${nodeMaskSize} in ${target.pods}`;
  if (nodes.length < blocks) return pass(`nodes use ${counted}`);
  return warn(
    'PodRangeFull',
    `Nodes use ${counted}: none is left for the first new node of the rollout.`,
    'Take a node away before the nodes are rolled.',
  );
};

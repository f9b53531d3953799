import type { Decision } from '../../migration/outcome.ts';
import { firstDecision } from '../phase.ts';
import type { AbortAction } from './actions.ts';
import type { AbortFacts } from './gather.ts';
import { awaitOtherAliases, removeAliases, removeFirstAlias } from './phases/aliases.ts';
import {
  begin,
  checkUnchecked,
  finishGivingBack,
  knowTheSubnet,
  refuse,
  removeMisleadingAliases,
  tellNodesApart,
} from './phases/beginning.ts';
import {
  deleteFirewallRules,
  deleteServicesSubnet,
  disableInternalIpv6,
  handBackController,
  removeProbe,
} from './phases/ending.ts';
import type { Phase } from './phases/phase.ts';
import {
  awaitController,
  awaitRoutes,
  createRoutesAgain,
  finishDeletions,
  giveRoutesToController,
  letRoutesSettle,
  noteRoutes,
  recordRestored,
  seeOtherRoutes,
} from './phases/routes.ts';
import {
  allowOverlap,
  disableNodesIpv6,
  letOverlapSettle,
  removeUnusedRange,
  restoreFlag,
} from './phases/subnet.ts';
import { wayBack } from './way.ts';

/** What comes next on the way to what was found, or what stands in it. Undefined facts: nothing had been changed. */
export function decideAbort(facts: AbortFacts | undefined): Decision<AbortAction> {
  if (facts === undefined) return { kind: 'done', summary: 'nothing had been changed yet' };
  const way = wayBack(facts);
  return (
    firstDecision(PHASES, way) ?? {
      kind: 'done',
      summary: `${way.staying.length} nodes are carried as they were found; range, flag, controller, subnets and firewall are as before`,
    }
  );
}

/**
 * The way back, make before break as the way forward. Each phase says what it still lacks, the first one that lacks
 * something decides. The list is the documentation.
 */
const PHASES: readonly Phase[] = [
  knowTheSubnet,
  // A node was not reached without its alias, and a crash came before it had it again and the block was written.
  finishGivingBack,
  // A crash came between taking aliases off and looking at their nodes: that comes before anything else.
  checkUnchecked,
  // From some point on the only way without loss is forward.
  refuse,
  // What the way forward had proven counts no more, should it be taken up again.
  begin,
  // Whose traffic an alias carries has to be plain before one goes.
  tellNodesApart,
  // These carry nobody, and may take somebody's traffic.
  removeMisleadingAliases,
  // The range itself is the trouble where it took traffic, and cut routes can come back only without it.
  removeUnusedRange,
  // The flag that comes next does not go with IPv6.
  disableNodesIpv6,
  // Routes beside aliases take a subnet that allows it.
  allowOverlap,
  // Make: every recorded route of a node that stays. The aliases carry until each of them is there.
  createRoutesAgain,
  recordRestored,
  // A deletion that is still under way would take a route after its alias had gone.
  finishDeletions,
  // It finds the routes as it would have made them, and makes those that nobody had on record.
  giveRoutesToController,
  awaitController,
  // Read back: no alias goes while a single node that stays has no route.
  awaitRoutes,
  // A route that leads elsewhere would take over from the alias.
  seeOtherRoutes,
  noteRoutes,
  // The fabric learns of the flag and of the routes before anything depends on them.
  letOverlapSettle,
  letRoutesSettle,
  // Break: one alias alone shows whether routes carry where aliases were.
  removeFirstAlias,
  removeAliases,
  // The last aliases go with their machines; then the range goes as one that nothing uses.
  awaitOtherAliases,
  restoreFlag,
  // What enable-ipv6-subnets had made.
  deleteFirewallRules,
  deleteServicesSubnet,
  disableInternalIpv6,
  removeProbe,
  // Gardener runs it as the Shoot says from then on, with the updates that it was kept from meanwhile.
  handBackController,
];

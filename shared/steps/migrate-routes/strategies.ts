import type { Strategy } from '../../migration/plan.ts';
import { clearOfObstacles } from './obstacles.ts';
import {
  addAliases,
  addFirstAlias,
  carryUncarried,
  checkAliases,
  letAliasesSettle,
  noRangeTaken,
  verifyAliases,
} from './phases/aliases.ts';
import {
  addAliasesInGap,
  addRangeInGap,
  awaitAcknowledgement,
  awaitNodesOfRoutes,
  checkAfterGap,
  checkEveryNode,
  cutRoutes,
  endGap,
  proveAllReached,
} from './phases/cutover.ts';
import {
  awaitUnclearRoutes,
  checkDeletedRoutes,
  checkFirstNode,
  deleteFirstRoute,
  deleteOrphanedRoutes,
  deleteRoutes,
} from './phases/deletions.ts';
import { checkFirstSuccessor, makeNodesSubnetDualStack, rollNodes } from './phases/nodes-subnet.ts';
import { allowOverlap, checkAllNodes, forbidOverlap, letOverlapSettle } from './phases/overlap-flag.ts';
import type { Phase } from './phases/phase.ts';
import { addFreeRange, addPodRange, finishWithdrawing, watchPodRange } from './phases/pod-range.ts';
import { confirmDeleted, finishRestoring, recordRoutes, removeProbe } from './phases/records.ts';
import { awaitRouteController, stopRouteController } from './phases/route-controller.ts';

/**
 * The order of each strategy (DESIGN §2). Each phase says what it still lacks, the first one that lacks something decides.
 * A node that joins or a route that appears in the middle is seen in the next round and goes through the earlier phases,
 * before anything later goes on. The lists are the documentation.
 */
export const PHASES: Readonly<Record<Strategy, readonly Phase[]>> = {
  /** Make before break: every node is carried twice before the first of the two carriers goes. */
  overlap: [
    // A node was found not reached, and a crash came before its route was back and the block was written.
    finishRestoring,
    // The range took traffic, and a crash came before it was off again and another strategy chosen.
    finishWithdrawing,
    // What only a human can clear away.
    clearOfObstacles,
    // What will be deleted is on record first, with all that it takes to create it again.
    recordRoutes,
    // A deletion whose record was lost in a crash, or a route that went with its node.
    confirmDeleted,
    // Only a subnet that allows it takes a range over existing routes.
    allowOverlap,
    // The fabric learns of the flag before the range depends on it.
    letOverlapSettle,
    // The whole pod CIDR, while every route still stands; all nodes are watched while it settles in.
    addPodRange,
    // The same after a crash: no alias before the range is proven harmless, because only an unused one comes off.
    watchPodRange,
    // Every node is reached with its alias beside its route, or the alias comes off again.
    checkAliases,
    // From here on both lead to the same NIC. A node without any carrier can only gain.
    carryUncarried,
    // One node alone shows whether the guests leave aliases to the pods.
    addFirstAlias,
    addAliases,
    // A VM made meanwhile may have been given an old node’s range.
    noRangeTaken,
    // Read back from the NIC, not believed from the operation.
    verifyAliases,
    // The route controller would create again what is deleted, so it stops first …
    stopRouteController,
    // … and its old pod, which still acts on its old arguments, is gone.
    awaitRouteController,
    // An alias may carry traffic only some time after the API shows it.
    letAliasesSettle,
    // A route whose node cannot be told, or has no pod CIDR, goes only with its instance.
    awaitUnclearRoutes,
    // The moment of truth is the first deletion: one route, then a look whether its node is still reached.
    deleteFirstRoute,
    checkFirstNode,
    // A crash came between a batch's deletion and its check: that comes before any further deletion.
    checkDeletedRoutes,
    deleteRoutes,
    // Before the flag goes, which ends the fallback to routes.
    checkAllNodes,
    forbidOverlap,
    // Hybrid routing knows no IPv6, so the stack type comes last.
    makeNodesSubnetDualStack,
    removeProbe,
  ],

  /** Nothing changes for a running node: its successor comes with an alias, and its route goes when it is gone. */
  rollover: [
    finishRestoring,
    finishWithdrawing,
    clearOfObstacles,
    recordRoutes,
    confirmDeleted,
    // A new route could lead into the block that is about to become a range.
    stopRouteController,
    awaitRouteController,
    // A block that nothing uses: no route, no node, no alias.
    addFreeRange,
    // New nodes need the subnet's IPv6 as well.
    makeNodesSubnetDualStack,
    // Nobody else does: the route controller is off.
    deleteOrphanedRoutes,
    // What takes the first new node's traffic would take every other one's.
    checkFirstSuccessor,
    rollNodes,
    // The last instances go some minutes after their Nodes.
    awaitUnclearRoutes,
    checkEveryNode,
    removeProbe,
  ],

  /** Break before make, for when nothing else fits; all that need not be in the gap is done before it. */
  cutover: [
    finishRestoring,
    finishWithdrawing,
    // A gap that was begun is ended before anything else.
    endGap,
    // What comes next may be long in coming, and a node that is not reached needs a human now.
    checkAfterGap,
    clearOfObstacles,
    // Nothing is touched before somebody took responsibility for the gap.
    awaitAcknowledgement,
    recordRoutes,
    confirmDeleted,
    stopRouteController,
    awaitRouteController,
    makeNodesSubnetDualStack,
    awaitNodesOfRoutes,
    proveAllReached,
    // The gap: all routes go, the range comes, all aliases come.
    cutRoutes,
    addRangeInGap,
    addAliasesInGap,
    noRangeTaken,
    // Everybody is reached again.
    checkEveryNode,
    removeProbe,
  ],
};

import type { StepRun } from '../../engine/step.ts';
import { actOnNodes } from '../check-nodes/act.ts';
import { actOnSubnets } from '../enable-ipv6-subnets/act.ts';
import { nodesSubnetName } from '../infrastructure-names.ts';
import type { RouteAction } from './actions.ts';
import { addAliases, addFirstAlias, checkAliases, checkFirstSuccessor } from './acts/aliases.ts';
import {
  checkDeletedRoutes,
  checkFirstNode,
  deleteFirstRoute,
  deleteRecorded,
  deleteRoutes,
} from './acts/deletions.ts';
import { addRangeInGap, checkAllNodes, cutRoutes, proveAllReached } from './acts/gap.ts';
import { removeProbe } from './acts/look.ts';
import { addFreeRange, addPodRange, allowOverlap, watchPodRange, withdrawPodRange } from './acts/range.ts';
import { moveRecords, recordRoutes } from './acts/records.ts';
import { finishRestoring } from './acts/restore.ts';
import { stopRouteController } from './acts/route-controller.ts';

/** Brings about one action. Every one may be repeated after a crash at any point in it. */
export async function actOnRoutes(action: RouteAction, run: StepRun): Promise<void> {
  switch (action.kind) {
    case 'restore routes':
      return await finishRestoring(action.instances, run);
    case 'record':
      return await recordRoutes(action.routes, run);
    case 'confirm deleted':
      return await moveRecords(run, action.routes, 'deleted');
    case 'allow overlap':
      return await allowOverlap(action.otherwise, run);
    case 'add pod range':
      return await addPodRange(action.nodes, action.otherwise, run);
    case 'watch pod range':
      return await watchPodRange(action.nodes, action.otherwise, run);
    case 'withdraw pod range':
      return await withdrawPodRange(action.unreached, action.otherwise, run);
    case 'add free range':
      return await addFreeRange(action.range, action.nodes, run);
    case 'add first alias':
      return await addFirstAlias(action.node, run);
    case 'check first successor':
      return await checkFirstSuccessor(action.node, run);
    case 'add aliases':
      return await addAliases(action.nodes, run);
    case 'check aliases':
      return await checkAliases(action.nodes, run);
    case 'verify aliases':
      return await moveRecords(run, action.routes, 'verified');
    case 'stop route controller':
      return await stopRouteController(run);
    case 'delete first route':
      return await deleteFirstRoute(action.route, run);
    case 'check first node':
      return await checkFirstNode(action.route, run);
    case 'delete routes':
      return await deleteRoutes(action.routes, action.atOnce, run);
    case 'delete orphaned routes':
      // Routes into nowhere carry nobody: nothing is to be looked at after them.
      return await deleteRecorded(action.routes, run);
    case 'check deleted routes':
      return await checkDeletedRoutes(action.routes, run);
    case 'prove all reached':
      return await proveAllReached(action.nodes, run);
    case 'cut routes':
      return await cutRoutes(action.routes, run);
    case 'add range in gap':
      return await addRangeInGap(run);
    case 'check all nodes':
      return await checkAllNodes(action.nodes, run);
    case 'forbid overlap':
      return await run.ports.compute.setRoutesOverlap(nodesSubnetName(run.migration.target), false);
    case 'nodes subnet':
      return await actOnSubnets(action.action, run);
    case 'nodes':
      return await actOnNodes(action.action, run);
    case 'remove probe':
      return await removeProbe(run);
  }
}

import { timestamp } from '../../clock.ts';
import { AbortRefused } from '../../engine/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import { restored } from '../../migration/pod-route.ts';
import { removeProbe } from '../migrate-routes/acts/look.ts';
import { MARKS } from '../migrate-routes/marks.ts';
import type { AbortAction } from './actions.ts';
import {
  checkNodes,
  giveBack,
  removeAliases,
  removeFirstAlias,
  removeMisleadingAliases,
} from './acts/aliases.ts';
import { createRoutes, finishDeletions, noteMissingRoute, noteRoutes } from './acts/routes.ts';
import { allowOverlap, deleteServicesSubnet, removeRange, restoreFlag } from './acts/subnet.ts';
import { ABORT_MARKS } from './marks.ts';
import { requestOf } from './request.ts';

/** Brings about one action. Every one may be repeated after a crash at any point in it. */
export async function actOnAbort(action: AbortAction, run: StepRun): Promise<void> {
  const { compute, cluster } = run.ports;
  switch (action.kind) {
    case 'refuse':
      throw new AbortRefused(action.reason, action.message);
    case 'begin':
      return await begin(run);
    case 'give back':
      return await giveBack(action.nodes, run);
    case 'check nodes':
      return await checkNodes(action.nodes, run);
    case 'remove misleading aliases':
      return await removeMisleadingAliases(action.aliases, run);
    case 'remove range':
      return await removeRange(run);
    case 'disable IPv6':
      return await compute.disableIpv6(action.subnet);
    case 'allow overlap':
      return await allowOverlap(run);
    case 'create routes':
      return await createRoutes(action.records, run);
    case 'finish deletions':
      return await finishDeletions(action.routes, run);
    case 'record restored':
      return await run.savePodRoutes(action.records.map((record) => restored(record, timestamp(run.clock))));
    case 'manage routes':
      return await cluster.cloudControllerManager.manageRoutes();
    case 'note missing route':
      return await noteMissingRoute(action.node, run);
    case 'note routes':
      return await noteRoutes(run);
    case 'remove first alias':
      return await removeFirstAlias(action.nodes, run);
    case 'remove aliases':
      return await removeAliases(action.nodes, action.atOnce, run);
    case 'restore flag':
      return await restoreFlag(action.allowed, run);
    case 'delete firewall rules':
      for (const name of action.names) await compute.deleteFirewallRule(name);
      return;
    case 'delete services subnet':
      return await deleteServicesSubnet(action.subnet, run);
    case 'remove probe':
      return await removeProbe(run);
    case 'hand back controller':
      // Marked first: from then on it is not taken from Gardener again, whatever arguments that gives it.
      await run.remember(ABORT_MARKS.handedBack, timestamp(run.clock));
      return await run.ports.managerHold?.handBack();
  }
}

/** Of the way forward, these two describe what is there rather than what was proven. */
const STILL_TRUE: readonly string[] = [MARKS.probe, MARKS.overlapAllowedAt];

/** Forgets what was proven and what an earlier request had noted; the mark of this one comes last. */
async function begin(run: StepRun): Promise<void> {
  const { firstReached, routedSince, awaitedRoute, handedBack, begunFor } = ABORT_MARKS;
  const proven = Object.values(MARKS).filter((mark) => !STILL_TRUE.includes(mark));
  for (const mark of [...proven, firstReached, routedSince, awaitedRoute, handedBack]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
  await run.remember(begunFor, requestOf(run.migration));
}

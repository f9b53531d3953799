import { timestamp } from '../../../clock.ts';
import { ComputeRefused } from '../../../compute/errors.ts';
import { describeError, TerminalError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { MARKS } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
import type { Reason } from '../reasons.ts';
import type { CarryingNode, PodRoute } from '../survey.ts';
import { forgetProof } from './aliases.ts';
import { deleteAll } from './deletions.ts';
import { lookedAt, notReached, proveReached, unreachedAmong, watch } from './look.ts';
import { recordRoutes } from './records.ts';
import { restoreRoutes } from './restore.ts';

/** Before the gap. */
export async function proveAllReached(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  await proveReached(lookedAt(nodes), run, 'No route was deleted.');
  await run.remember(MARKS.allNodesReached, timestamp(run.clock));
}

/** All routes at once. One that came meanwhile is recorded like the others before it goes. */
export async function cutRoutes(routes: readonly PodRoute[], run: StepRun): Promise<void> {
  const records = await run.podRoutes();
  const unrecorded = routes.filter(({ route }) => !records.has(route.name));
  if (unrecorded.length > 0) await recordRoutes(unrecorded, run);
  await forgetProof(run);
  await deleteAll(routes, run);
}

/**
 * @throws TerminalError when the range is refused: what was cut is carried by its routes again then.
 */
export async function addRangeInGap(run: StepRun): Promise<void> {
  const { target } = run.migration;
  try {
    await run.ports.compute.addSecondaryRange(nodesSubnetName(target), {
      name: POD_RANGE_NAME,
      range: target.pods,
    });
  } catch (error) {
    if (!(error instanceof ComputeRefused)) throw error;
    const cut = [...(await run.podRoutes()).values()].filter(({ state }) => state === 'deleted');
    await restoreRoutes(
      cut.map(({ instance }) => instance),
      run,
    );
    throw new TerminalError(
      'RangeRefused' satisfies Reason,
      `The secondary range was refused: ${describeError(error)}. All routes were created again.`,
      'Remove what stands in the way of the range, then publish the step again.',
    );
  }
}

/**
 * The last look. While the subnet lets routes overlap it, nodes that are not reached get their routes back.
 *
 * @throws TerminalError naming the nodes that are not reached.
 */
export async function checkAllNodes(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const restorable = run.migration.plan.strategy === 'overlap';
  const unreached = await (restorable
    ? watch(lookedAt(nodes), run, PATIENCE.lastWatch)
    : unreachedAmong(lookedAt(nodes), run));
  if (unreached.length > 0 && restorable) {
    await restoreRoutes(unreached, run);
    throw notReached(unreached, 'The overlap flag was left on, and what routes they had were created again.');
  }
  if (unreached.length > 0) throw notReached(unreached, 'They have their alias IP ranges.');
  if (run.migration.marks[MARKS.uncheckedAliases]) await run.remember(MARKS.uncheckedAliases, '');
  await run.remember(MARKS.allNodesReached, timestamp(run.clock));
}

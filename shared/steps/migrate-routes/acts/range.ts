import { timestamp } from '../../../clock.ts';
import { ComputeRefused, isRefusedByTheNetwork } from '../../../compute/errors.ts';
import { describeError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import type { Cidr } from '../../../migration/cidr.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { listed } from '../../listed.ts';
import type { Fallback } from '../actions.ts';
import { MARKS } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
import type { CarryingNode } from '../survey.ts';
import { lookedAt, notReached, proveReached, watch } from './look.ts';

/** Where the subnet refuses to overlap, the migration goes another way. */
export async function allowOverlap(otherwise: Fallback, run: StepRun): Promise<void> {
  try {
    await run.ports.compute.setRoutesOverlap(subnetOf(run), true);
  } catch (error) {
    if (!isRefusedByTheNetwork(error)) throw error;
    return await followInstead(
      otherwise,
      run,
      `The nodes subnet may not overlap routes: ${describeError(error)}.`,
    );
  }
  await run.remember(MARKS.overlapAllowedAt, timestamp(run.clock));
}

/** The range over all routes, and the proof that packets still follow them. */
export async function addPodRange(
  nodes: readonly CarryingNode[],
  otherwise: Fallback,
  run: StepRun,
): Promise<void> {
  await proveReached(lookedAt(nodes), run, 'No range was added.');
  try {
    await run.ports.compute.addSecondaryRange(subnetOf(run), {
      name: POD_RANGE_NAME,
      range: run.migration.target.pods,
    });
  } catch (error) {
    if (!isRefusedByTheNetwork(error)) throw error;
    return await giveUp(otherwise, run, `The range over the routes was refused: ${describeError(error)}.`);
  }
  await watchPodRange(nodes, otherwise, run);
}

/** Every node is watched while the range settles in. If packets do not follow the routes, it comes off again at once. */
export async function watchPodRange(
  nodes: readonly CarryingNode[],
  otherwise: Fallback,
  run: StepRun,
): Promise<void> {
  const unreached = await watch(lookedAt(nodes), run, PATIENCE.rangeWatch);
  if (unreached.length > 0) return await withdrawPodRange(unreached, otherwise, run);
  await run.remember(MARKS.rangeProvenAt, timestamp(run.clock));
}

/**
 * Takes the still unused range off. The verdict is marked first, so that a crash in between does not leave traffic lost.
 * A range that is in use after all cannot come off: then the aliases that follow bring traffic back.
 */
export async function withdrawPodRange(
  unreached: readonly string[],
  otherwise: Fallback,
  run: StepRun,
): Promise<void> {
  await run.remember(MARKS.rangeHarmed, unreached.slice(0, 20).join(','));
  try {
    await run.ports.compute.removeSecondaryRange(subnetOf(run), POD_RANGE_NAME);
  } catch (error) {
    if (!(error instanceof ComputeRefused)) throw error;
    run.log.warn({ error: describeError(error) }, 'the range cannot come off: going on to the aliases');
    // Every node waits for its alias: none is tried out alone.
    await run.remember(MARKS.firstAliasReached, 'not-tried');
    await run.remember(MARKS.rangeProvenAt, timestamp(run.clock));
    return await run.remember(MARKS.rangeHarmed, '');
  }
  await giveUp(
    otherwise,
    run,
    `With the range over the routes ${listed(unreached)} was not reached; the range was taken off again.`,
  );
  await run.remember(MARKS.rangeHarmed, '');
}

/** A block that nothing uses becomes the range for new nodes' aliases. */
export async function addFreeRange(range: Cidr, nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  await proveReached(lookedAt(nodes), run, 'No range was added.');
  await run.ports.compute.addSecondaryRange(subnetOf(run), { name: POD_RANGE_NAME, range });
  const unreached = await watch(lookedAt(nodes), run, PATIENCE.freeRangeWatch);
  if (unreached.length === 0) return;
  await run.ports.compute.removeSecondaryRange(subnetOf(run), POD_RANGE_NAME);
  throw notReached(unreached, `The range ${range} was taken off again.`);
}

async function giveUp(otherwise: Fallback, run: StepRun, why: string): Promise<void> {
  await run.ports.compute.setRoutesOverlap(subnetOf(run), false);
  await run.remember(MARKS.overlapAllowedAt, '');
  await followInstead(otherwise, run, why);
}

async function followInstead({ strategy, why }: Fallback, run: StepRun, problem: string): Promise<void> {
  const { plan } = run.migration;
  // A crash came after the plan was changed: nothing is left to change.
  if (plan.strategy !== 'overlap') return;
  const notTaken = [
    ...plan.notTaken.filter((each) => each.strategy !== strategy && each.strategy !== 'overlap'),
    { strategy: plan.strategy, why: problem },
  ];
  await run.replan(
    { ...plan, strategy, why: `${problem} ${why}.`, notTaken },
    `${problem} The migration goes on as ${strategy}: ${why}.`,
  );
}

function subnetOf(run: StepRun): string {
  return nodesSubnetName(run.migration.target);
}

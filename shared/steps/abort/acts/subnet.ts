import { timestamp } from '../../../clock.ts';
import { ComputeRefused, isRefusedByTheNetwork } from '../../../compute/errors.ts';
import { AbortRefused, describeError, TerminalError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { MARKS } from '../../migrate-routes/marks.ts';
import type { AbortReason } from '../reasons.ts';

/**
 * Sets the overlap flag. The mark of its time is taken back first: an older one would cut the soak short after a crash.
 *
 * @throws AbortRefused when the network refuses and the way forward is open; TerminalError when it is not.
 */
export async function allowOverlap(run: StepRun): Promise<void> {
  const { marks, target, abort } = run.migration;
  if (marks[MARKS.overlapAllowedAt]) await run.remember(MARKS.overlapAllowedAt, '');
  try {
    await run.ports.compute.setRoutesOverlap(nodesSubnetName(target), true);
  } catch (error) {
    if (!isRefusedByTheNetwork(error)) throw error;
    const message = `The nodes subnet may not overlap routes, so no route can be put beside its alias: ${describeError(error)}.`;
    if (abort?.from === 'migrate-routes') {
      const reason: AbortReason = 'WouldNeedGap';
      throw new AbortRefused(reason, `${message} Going back would need a gap; the way is forward.`, {
        cause: error,
      });
    }
    throw new TerminalError(
      'OverlapRefused' satisfies AbortReason,
      message,
      'Remove what keeps the flag allowSubnetCidrRoutesOverlap from being set, then publish abort again.',
      { cause: error },
    );
  }
  await run.remember(MARKS.overlapAllowedAt, timestamp(run.clock));
}

export async function restoreFlag(allowed: boolean, run: StepRun): Promise<void> {
  await run.ports.compute.setRoutesOverlap(nodesSubnetName(run.migration.target), allowed);
}

/** Takes the range off, unless a machine has come with an alias out of it in this very moment: then that goes first. */
export async function removeRange(run: StepRun): Promise<void> {
  const { compute } = run.ports;
  const subnet = nodesSubnetName(run.migration.target);
  try {
    await compute.removeSecondaryRange(subnet, POD_RANGE_NAME);
  } catch (error) {
    if (!(error instanceof ComputeRefused)) throw error;
    const instances = await compute.instances(subnet);
    const used = instances.some(({ aliases }) =>
      aliases.some(({ rangeName }) => rangeName === POD_RANGE_NAME),
    );
    if (!used) throw error;
  }
}

/** @throws TerminalError while anything uses it. */
export async function deleteServicesSubnet(subnet: string, run: StepRun): Promise<void> {
  try {
    await run.ports.compute.deleteSubnet(subnet);
  } catch (error) {
    if (!(error instanceof ComputeRefused)) throw error;
    throw new TerminalError(
      'ServicesSubnetInUse' satisfies AbortReason,
      `The services subnet ${subnet} was not deleted: ${describeError(error)}.`,
      'Remove what was put into it since the migration made it, then publish abort again.',
      { cause: error },
    );
  }
}

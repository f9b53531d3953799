import type { StepRun } from '../../../engine/step.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { gatherCluster } from '../gather.ts';
import { MARKS } from '../marks.ts';
import { routedIn, survey } from '../survey.ts';
import { removeAliases } from './aliases.ts';

/**
 * Takes the secondary range off, and first all aliases out of it: whether Compute Engine creates a route inside a range that
 * overlaps routes is not documented (make-before-break.md P1), and where it does not, the range is what keeps a route from
 * coming back. Only while every other node has its route; may be repeated.
 *
 * @param lost Instances that are without a route, and not reached by their alias.
 * @returns whether the range is off.
 */
export async function clearRange(lost: ReadonlySet<string>, run: StepRun): Promise<boolean> {
  const seen = survey(await gatherCluster(run));
  if (seen.podRange === undefined) return true;
  const isRouted = routedIn(seen);
  const aliased = seen.nodes.filter((node) => node.aliased);
  if (aliased.some((node) => !lost.has(node.instance.name) && !isRouted(node))) return false;
  run.log.warn({ nodes: aliased.length }, 'the range comes off, with its aliases, for routes to come back');
  for (const mark of [MARKS.rangeProvenAt, MARKS.firstAliasReached, MARKS.uncheckedAliases]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
  await removeAliases(aliased, run);
  await run.ports.compute.removeSecondaryRange(nodesSubnetName(run.migration.target), POD_RANGE_NAME);
  return true;
}

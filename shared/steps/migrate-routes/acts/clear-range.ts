import type { StepRun } from '../../../engine/step.ts';
import { unaliased } from '../../../migration/pod-route.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { gatherCluster } from '../gather.ts';
import { MARKS } from '../marks.ts';
import { survey } from '../survey.ts';
import { sideBySide } from './pace.ts';
import { changeRecordsOf } from './records.ts';
import { unlessGone } from './unless-gone.ts';

/**
 * Takes the secondary range off, and first all aliases out of it: whether Compute Engine creates a route inside a range that
 * overlaps routes is not documented (make-before-break.md P1), and where it does not, the range is what keeps a route from
 * coming back. Only while every other node has its route; may be repeated.
 *
 * @param lost Instances that are without a route, and not reached by their alias.
 * @returns whether the range is off.
 */
export async function clearRange(lost: ReadonlySet<string>, run: StepRun): Promise<boolean> {
  const { nodes, podRoutes, podRange } = survey(await gatherCluster(run));
  if (podRange === undefined) return true;
  const routed = new Set(podRoutes.map(({ route, destination }) => `${route.nextHop.name} ${destination}`));
  const aliased = nodes.filter((node) => node.aliased);
  const dependOnIt = aliased.filter(
    ({ instance, podCidr }) => !lost.has(instance.name) && !routed.has(`${instance.name} ${podCidr}`),
  );
  if (dependOnIt.length > 0) return false;
  run.log.warn({ nodes: aliased.length }, 'the range comes off, with its aliases, for routes to come back');
  for (const mark of [MARKS.rangeProvenAt, MARKS.firstAliasReached, MARKS.uncheckedAliases]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
  // On record first: no route may go on the strength of an alias that is being taken away.
  await changeRecordsOf(
    aliased.map(({ instance }) => instance.name),
    run,
    unaliased,
  );
  const { throwFirst } = await sideBySide(aliased, async ({ instance, podCidr }) => {
    const alias = { range: podCidr, rangeName: POD_RANGE_NAME };
    await unlessGone(run.ports.compute.removeAlias(instance, alias));
  });
  throwFirst();
  await run.ports.compute.removeSecondaryRange(nodesSubnetName(run.migration.target), POD_RANGE_NAME);
  return true;
}

import { timestamp } from '../../../clock.ts';
import { TerminalError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { aliased, unaliased } from '../../../migration/pod-route.ts';
import { POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { listed } from '../../listed.ts';
import { lookedAt, present, unreachedAmong, watch } from '../../migrate-routes/acts/look.ts';
import { inBatches, sideBySide } from '../../migrate-routes/acts/pace.ts';
import { changeRecordsOf } from '../../migrate-routes/acts/records.ts';
import { unlessGone } from '../../migrate-routes/acts/unless-gone.ts';
import type { CarryingNode } from '../../migrate-routes/survey.ts';
import { ABORT_MARKS } from '../marks.ts';
import type { AbortReason } from '../reasons.ts';
import type { OwnAlias } from '../way.ts';

/** After the API says that an alias is gone hosts still learn of it (make-before-break.md §7): a look at once proves little. */
const FIRST_WATCH_SECONDS = 30;
const BATCH_WATCH_SECONDS = 5;

/**
 * One alias off, alone, and its node watched. A node that is not reached with its alias comes first: it has nothing to lose,
 * and what takes its traffic may well be the alias.
 *
 * @throws TerminalError when the node is not reached by its route; it has its alias again then.
 */
export async function removeFirstAlias(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const ready = new Set((await present(lookedAt(nodes), run)).map(({ name }) => name));
  const seen = nodes.filter(({ instance }) => ready.has(instance.name));
  const lost = new Set(await unreachedAmong(lookedAt(seen), run));
  const first = seen.find(({ instance }) => lost.has(instance.name)) ?? seen[0];
  if (first === undefined) {
    // All of them have left since they were listed: what there is now is looked at again.
    if (!(await anyStays(nodes, run))) return;
    throw nothingToLookAt();
  }
  const { gone } = await takeOff([first], run, FIRST_WATCH_SECONDS);
  // A node that left in the meantime proves nothing; another one is chosen.
  const stayed = gone.length === 0 && (await present(lookedAt([first]), run)).length > 0;
  if (stayed) await run.remember(ABORT_MARKS.firstReached, first.instance.name);
}

/** Batch by batch, each looked at before the next begins, as many as fit into an act. */
export async function removeAliases(
  nodes: readonly CarryingNode[],
  atOnce: number,
  run: StepRun,
): Promise<void> {
  await inBatches(nodes, atOnce, run, async (batch, done) => {
    await takeOff(batch, run, BATCH_WATCH_SECONDS);
    await run.report({ done, total: nodes.length, unit: 'alias IP ranges taken off' });
  });
}

/** Where a crash came between taking aliases off and the verdict on their nodes. */
export async function checkNodes(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  await check(nodes, run, BATCH_WATCH_SECONDS);
}

/** They carry nobody's pods: nothing is to be looked at after them. */
export async function removeMisleadingAliases(aliases: readonly OwnAlias[], run: StepRun): Promise<void> {
  const { throwFirst } = await sideBySide(aliases, async ({ instance, range }) => {
    await unlessGone(run.ports.compute.removeAlias(instance, { range, rangeName: POD_RANGE_NAME }));
  });
  throwFirst();
}

/** Answers which instances were gone by then. */
async function takeOff(
  nodes: readonly CarryingNode[],
  run: StepRun,
  seconds: number,
): Promise<{ readonly gone: readonly string[] }> {
  const names = namesOf(nodes);
  await run.remember(ABORT_MARKS.unchecked, names.join(','));
  // First on record: no route may go on the strength of an alias that is being taken away.
  await changeRecordsOf(names, run, unaliased);
  const gone: string[] = [];
  const { throwFirst } = await sideBySide(nodes, async ({ instance, podCidr }) => {
    const alias = { range: podCidr, rangeName: POD_RANGE_NAME };
    if (!(await unlessGone(run.ports.compute.removeAlias(instance, alias)))) gone.push(instance.name);
  });
  throwFirst();
  await check(nodes, run, seconds);
  return { gone };
}

/** Looks at the nodes until they are reached, and for so many seconds more. */
async function check(nodes: readonly CarryingNode[], run: StepRun, seconds: number): Promise<void> {
  const seen = lookedAt(nodes);
  const late = await unreachedAmong(seen, run);
  const unreached = new Set(late.length > 0 ? late : await watch(seen, run, seconds));
  const harmed = nodes.filter(({ instance }) => unreached.has(instance.name));
  if (harmed.length > 0) return await giveBack(harmed, run);
  await run.remember(ABORT_MARKS.unchecked, '');
}

/**
 * Gives nodes that are not reached their aliases back. The verdict is marked first and taken back last: cut off in between,
 * it is finished before anything else is done.
 *
 * @throws TerminalError when it is done, unless all of them have left.
 */
export async function giveBack(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const names = namesOf(nodes);
  const { unreached, unchecked, firstReached } = ABORT_MARKS;
  if (names.length > 0) await run.remember(unreached, names.join(','));
  const { throwFirst } = await sideBySide(nodes, async ({ instance, podCidr }) => {
    await unlessGone(run.ports.compute.addAlias(instance, { range: podCidr, rangeName: POD_RANGE_NAME }));
  });
  throwFirst();
  await changeRecordsOf(names, run, (record) => aliased(record, timestamp(run.clock)));
  // What was proven is proven no more: the next attempt starts with a single alias again.
  for (const mark of [firstReached, unchecked, unreached]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
  if (names.length === 0) return;
  throw new TerminalError(
    'NodeNotReached' satisfies AbortReason,
    `Without their alias IP range the pods of ${listed(names)} were not reached. It was given back, the routes stay beside it.`,
    'Compare the routes, the firewall and canIpForward of these nodes with those of others, then publish abort again.',
  );
}

async function anyStays(nodes: readonly CarryingNode[], run: StepRun): Promise<boolean> {
  const concerned = new Set(nodes.map(({ name }) => name));
  return (await run.ports.cluster.nodes()).some(({ name, leaving }) => !leaving && concerned.has(name));
}

function nothingToLookAt(): TerminalError {
  return new TerminalError(
    'NoNodeReady' satisfies AbortReason,
    'None of the nodes whose alias IP range is to go is ready, so nothing would show whether its route carries it.',
    'Wait until nodes are ready, or delete them, then publish abort again.',
  );
}

function namesOf(nodes: readonly CarryingNode[]): readonly string[] {
  return nodes.map(({ instance }) => instance.name);
}

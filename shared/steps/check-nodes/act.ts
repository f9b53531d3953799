import { timestamp } from '../../clock.ts';
import { TerminalError } from '../../engine/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import { ClusterRefused } from '../../kubernetes/errors.ts';
import type { DrainableNode, DrainablePod } from '../../kubernetes/node-drain.ts';
import type { NodeAction, Verdict } from './actions.ts';
import {
  askedOnceMore,
  drainIn,
  EVICTION_RETRY_SECONDS,
  handedOverIn,
  MARKS,
  refusedOnceMore,
} from './marks.ts';

/** Brings about one action. Every one may be repeated after a crash at any point in it. */
export async function actOnNodes(action: NodeAction, run: StepRun): Promise<void> {
  const { garden, cluster } = run.ports;
  switch (action.kind) {
    case 'note rollout':
      return await run.remember(MARKS.rolloutSeenAt, timestamp(run.clock));
    case 'ask for rollout':
      return await askForRollout(action, run);
    case 'ask for reconciliation':
      await run.remember(MARKS.reconcileAskedAt, timestamp(run.clock));
      return await garden.reconcile();
    case 'cordon':
      return await cordon(action.node, action.readyNodes, run);
    case 'evict':
      return await evict(action.pods, run);
    case 'hand over':
      return await handOver(action.nodes, run);
    case 'uncordon':
      for (const node of action.nodes) await cluster.nodeDrain.uncordon(node);
      return action.endsDrain ? await forgetDrain(run) : undefined;
    case 'give up':
      return await giveUp(action.nodes, action.verdict, run);
  }
}

/**
 * Marked first: a crash in between costs ten minutes, asked twice would roll every node twice. Counted last: what was never asked
 * for must not look as if it had had no effect; one that is not counted, after a crash, is one more that is allowed.
 */
async function askForRollout(action: Extract<NodeAction, { kind: 'ask for rollout' }>, run: StepRun) {
  const seenBefore = run.migration.marks[MARKS.rolloutSeenAt] ?? '';
  await run.remember(MARKS.rolloutSeenAt, timestamp(run.clock));
  try {
    await run.ports.garden.rolloutWorkers(action.allPools ? 'all' : action.pools);
  } catch (error) {
    // What was understood and refused never was: no rollout is to be waited for, nor does one bar the way back.
    if (error instanceof ClusterRefused) await run.remember(MARKS.rolloutSeenAt, seenBefore);
    throw error;
  }
  await run.remember(MARKS.rolloutsAsked, askedOnceMore(run.migration.marks, action.pools));
}

/** What was there at the beginning is on record before the first node is touched. */
async function cordon(node: DrainableNode, readyNodes: number, run: StepRun): Promise<void> {
  const since = timestamp(run.clock);
  if (drainIn(run.migration.marks) === undefined) await run.remember(MARKS.drain, `${since} ${readyNodes}`);
  await run.ports.cluster.nodeDrain.cordon(node, since);
}

/** One after the other, so that a budget that was spent is seen by the next. Who is refused is left alone for a while. */
async function evict(pods: readonly DrainablePod[], run: StepRun): Promise<void> {
  const refused: string[] = [];
  for (const pod of pods) {
    run.signal.throwIfAborted();
    const eviction = await run.ports.cluster.nodeDrain.evict(pod);
    if (eviction.kind !== 'refused') continue;
    run.log.info({ pod: pod.key, message: eviction.message }, 'eviction refused');
    refused.push(pod.key);
  }
  if (refused.length === 0) return;
  const all = refusedOnceMore(run.migration.marks, timestamp(run.clock), refused, EVICTION_RETRY_SECONDS);
  await run.remember(MARKS.refused, all);
}

async function handOver(nodes: readonly DrainableNode[], run: StepRun): Promise<void> {
  for (const node of nodes) {
    const { marks } = run.migration;
    const now = timestamp(run.clock);
    const first = handedOverIn(marks)?.first;
    const since = first === undefined ? now : new Date(first).toISOString();
    await run.remember(MARKS.handedOver, `${since} ${now}`);
    // Its successor is dual-stack: from here on there is no way back.
    if (!marks[MARKS.rolloutSeenAt]) await run.remember(MARKS.rolloutSeenAt, now);
    await run.ports.cluster.nodeDrain.handOver(node);
  }
}

/** @throws TerminalError always. After a crash before that, the drain may begin once more and come to the same. */
async function giveUp(
  nodes: readonly DrainableNode[],
  { reason, message, remedy }: Verdict,
  run: StepRun,
): Promise<never> {
  for (const node of nodes) await run.ports.cluster.nodeDrain.uncordon(node);
  // Who publishes the step again begins anew.
  for (const mark of [MARKS.rolloutsAsked, MARKS.reconcileAskedAt]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
  await forgetDrain(run);
  throw new TerminalError(reason, message, remedy);
}

/** The count last: as long as it stands, nodes with our cordon are looked for. */
async function forgetDrain(run: StepRun): Promise<void> {
  for (const mark of [MARKS.handedOver, MARKS.refused, MARKS.drain]) {
    if (run.migration.marks[mark]) await run.remember(mark, '');
  }
}

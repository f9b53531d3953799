import { timestamp } from '../../../clock.ts';
import { ComputeRefused } from '../../../compute/errors.ts';
import { TerminalError } from '../../../engine/errors.ts';
import type { StepRun } from '../../../engine/step.ts';
import { aliased, unaliased } from '../../../migration/pod-route.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../../infrastructure-names.ts';
import { listed } from '../../listed.ts';
import { MARKS } from '../marks.ts';
import { PATIENCE } from '../patience.ts';
import type { Reason } from '../reasons.ts';
import type { CarryingNode } from '../survey.ts';
import { lookedAt, present, proveReached, watch } from './look.ts';
import { allowance, goesThroughGap, sideBySide } from './pace.ts';
import { changeRecordsOf } from './records.ts';
import { unlessGone } from './unless-gone.ts';

const GUEST_AGENT_REMEDY =
  'Look for a guest agent that takes aliases (`ip route show table local`, proto 66; `ip_aliases = false` in /etc/default/instance_configs.cfg ends it), then publish the step again.';

/** What was seen of all nodes holds no more once one of them changes its carrier. */
export async function forgetProof(run: StepRun): Promise<void> {
  if (run.migration.marks[MARKS.allNodesReached]) await run.remember(MARKS.allNodesReached, '');
}

/** One alias, alone, and its node watched: whether the guests leave aliases to the pods shows here. */
export async function addFirstAlias(node: CarryingNode, run: StepRun): Promise<void> {
  await proveReached(lookedAt([node]), run, 'No alias was added.');
  await forgetProof(run);
  await run.remember(MARKS.uncheckedAliases, 'being-added');
  if (await addAlias(node, run)) {
    const unreached = await watch(lookedAt([node]), run, PATIENCE.firstAliasWatch);
    if (unreached.length > 0) await takeOff([node], run);
    await changeRecordsOf([node.instance.name], run, (record) => aliased(record, timestamp(run.clock)));
    // Should it have left meanwhile, the look at all nodes with their aliases shows what this one did not.
    await run.remember(MARKS.firstAliasReached, node.instance.name);
  }
  await run.remember(MARKS.uncheckedAliases, '');
}

/** A node that was made with its alias has no other carrier: there is nothing to take back. */
export async function checkFirstSuccessor(node: CarryingNode, run: StepRun): Promise<void> {
  const unreached = await watch(lookedAt([node]), run, PATIENCE.firstAliasWatch);
  if (unreached.length > 0) {
    throw new TerminalError(
      'AliasTakesTraffic' satisfies Reason,
      `${node.name}, the first node that came with its alias IP range, is not reached.`,
      `Keep further nodes from being replaced. ${GUEST_AGENT_REMEDY}`,
    );
  }
  const [stayed] = await present(lookedAt([node]), run);
  // One that left meanwhile was not looked at to the end and proves nothing.
  if (stayed !== undefined) await run.remember(MARKS.firstAliasReached, stayed.name);
}

/**
 * Aliases side by side, each awaited to the end of its operation, as many as fit into an act. An instance that is gone
 * by now needs none. What succeeded is recorded even when another one failed.
 */
export async function addAliases(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  await forgetProof(run);
  await run.remember(MARKS.uncheckedAliases, 'being-added');
  let count = 0;
  const { done, throwFirst } = await sideBySide(
    nodes,
    async (node) => {
      await addAlias(node, run);
      count += 1;
      if (count % 50 === 0) await run.report({ done: count, total: nodes.length, unit: 'alias IP ranges' });
    },
    { mayBegin: allowance(run), inGap: goesThroughGap(run) },
  );
  const at = timestamp(run.clock);
  await changeRecordsOf(
    done.map(({ instance }) => instance.name),
    run,
    (record) => aliased(record, at),
  );
  try {
    throwFirst();
  } catch (error) {
    // Who has the range is seen in the next round, and named.
    if (await isTakenByAnother(error, nodes, run)) return;
    throw error;
  }
}

async function isTakenByAnother(
  error: unknown,
  nodes: readonly CarryingNode[],
  run: StepRun,
): Promise<boolean> {
  if (!(error instanceof ComputeRefused)) return false;
  const owners = new Map(nodes.map(({ podCidr, instance }) => [`${podCidr}`, instance.name]));
  const instances = await run.ports.compute.instances(nodesSubnetName(run.migration.target));
  return instances.some(({ name, aliases }) =>
    aliases.some(({ range }) => owners.has(range) && owners.get(range) !== name),
  );
}

/** The nodes that carry an alias beside their route are reached with it, or the alias comes off again. */
export async function checkAliases(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const unreached = new Set(await watch(lookedAt(nodes), run, PATIENCE.aliasesWatch));
  const harmed = nodes.filter(({ instance }) => unreached.has(instance.name));
  if (harmed.length > 0) await takeOff(harmed, run);
  await run.remember(MARKS.uncheckedAliases, '');
}

/** @throws TerminalError always: aliases that take traffic are nothing to go on with. */
async function takeOff(nodes: readonly CarryingNode[], run: StepRun): Promise<never> {
  await removeAliases(nodes, run);
  const names = nodes.map(({ instance }) => instance.name);
  throw new TerminalError(
    'AliasTakesTraffic' satisfies Reason,
    `With its alias IP range beside its route, ${listed(names)} was not reached. The alias was taken off again.`,
    GUEST_AGENT_REMEDY,
  );
}

/** An instance that is gone by now has none. May be repeated. */
export async function removeAliases(nodes: readonly CarryingNode[], run: StepRun): Promise<void> {
  const names = nodes.map(({ instance }) => instance.name);
  // First on record: a route must not go on the strength of an alias that is being taken away.
  await changeRecordsOf(names, run, unaliased);
  const { throwFirst } = await sideBySide(nodes, async ({ instance, podCidr }) => {
    await unlessGone(run.ports.compute.removeAlias(instance, { range: podCidr, rangeName: POD_RANGE_NAME }));
  });
  throwFirst();
}

async function addAlias({ instance, podCidr }: CarryingNode, run: StepRun): Promise<boolean> {
  return await unlessGone(
    run.ports.compute.addAlias(instance, { range: podCidr, rangeName: POD_RANGE_NAME }),
  );
}

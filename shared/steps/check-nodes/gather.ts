import type { StepRun } from '../../engine/step.ts';
import type { ClusterNode } from '../../kubernetes/cluster.ts';
import { readShootRollout } from '../../migration/node-rollout.ts';
import { allowsNone } from './eviction.ts';
import type { DrainFacts, NodeFacts } from './facts.ts';
import { drainIn } from './marks.ts';

/** Budgets that never allow anything are a mistake, of which there are few; more are told of when these are mended. */
const MOST_BUDGETS_LOOKED_INTO = 20;

/** The nodes, how the Shoot wants them replaced, and what Gardener does. `known` are the nodes where they were read already. */
export async function gatherNodes(run: StepRun, known?: readonly ClusterNode[]): Promise<NodeFacts> {
  const { migration, ports, clock } = run;
  const [manifest, garden] = await Promise.all([ports.garden.shoot(), ports.garden.state()]);
  const shoot = readShootRollout(manifest);
  const drains = shoot.rollout.mode === 'drain' || drainIn(migration.marks) !== undefined;
  const drain = drains && !shoot.hibernated ? await gatherDrain(run) : undefined;
  const nodes = shoot.hibernated ? [] : (drain?.nodes ?? known ?? (await ports.cluster.nodes()));
  const { maintenanceWindow: window, marks } = migration;
  const byOperator = run.cause === 'operator';
  return { now: clock.now(), nodes, shoot, garden, window, byOperator, marks, drain };
}

/** Pods are read node by node only of those that are being drained: a cluster may have tens of thousands. */
async function gatherDrain({ ports }: StepRun): Promise<DrainFacts> {
  const { nodeDrain } = ports.cluster;
  const [nodes, budgets] = await Promise.all([nodeDrain.nodes(), nodeDrain.budgets()]);
  const draining = nodes.filter(({ cordonedAt, handedOver }) => cordonedAt !== undefined && !handedOver);
  const strict = budgets.filter(allowsNone).slice(0, MOST_BUDGETS_LOOKED_INTO);
  const [pods, neverEvicted] = await Promise.all([
    Promise.all(draining.map(({ name }) => nodeDrain.podsOn(name, budgets))),
    Promise.all(strict.map((budget) => nodeDrain.podsUnder(budget, budgets))),
  ]);
  return { nodes, pods: pods.flat(), neverEvicted: neverEvicted.flat() };
}

import type { StepRun } from '../../engine/step.ts';
import type { CloudControllerManager } from '../../kubernetes/cluster.ts';
import type { Plan } from '../../migration/plan.ts';
import type { NodeFacts } from '../check-nodes/facts.ts';
import { gatherNodes } from '../check-nodes/gather.ts';
import { gatherSubnets, type SubnetFacts } from '../enable-ipv6-subnets/gather.ts';
import { nodesSubnetName, POD_RANGE_NAME } from '../infrastructure-names.ts';
import { nodesByCarrier } from './nodes-by-carrier.ts';
import type { ClusterRoutes } from './survey.ts';
import { logNodesWithoutCarrier } from './without-carrier.ts';

export interface ClusterFacts extends ClusterRoutes {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly cloudControllerManager: Awaited<ReturnType<CloudControllerManager['state']>>;
}

/** How routes, aliases and nodes stand now. */
export interface RouteFacts extends ClusterFacts {
  readonly plan: Plan;
  readonly marks: Readonly<Record<string, string>>;
  /** What the nodes subnet's IPv6 takes; read only when its turn may have come. */
  readonly ipv6: SubnetFacts | undefined;
  /** Read only where the strategy replaces nodes. */
  readonly rollout: NodeFacts | undefined;
}

/**
 * Reads by lists, never node by node: the number of calls does not grow with the cluster but for pages. What only a
 * later phase asks for is not read before, since every round of thousands of nodes would pay for it.
 */
export async function gatherRoutes(run: StepRun): Promise<RouteFacts> {
  const { plan, marks } = run.migration;
  const cluster = await gatherCluster(run);
  const { nodesSubnet } = cluster;
  const hasRange = nodesSubnet?.secondaryRanges.some(({ name }) => name === POD_RANGE_NAME) === true;
  // In `overlap` IPv6 comes last, when the flag is off again; nothing else of the subnets is asked for before.
  const ipv6Due = plan.strategy !== 'overlap' || (hasRange && !nodesSubnet.routesOverlapAllowed);
  const [ipv6, rollout] = await Promise.all([
    ipv6Due ? gatherSubnets(run) : undefined,
    plan.strategy === 'rollover' ? gatherNodes(run, cluster.nodes) : undefined,
  ]);
  return { ...cluster, plan, marks, ipv6, rollout };
}

/** What every look at routes begins with; here and on the way back. */
export async function gatherCluster(run: StepRun): Promise<ClusterFacts> {
  const { migration, ports } = run;
  const [looked, cloudControllerManager] = await Promise.all([
    gatherClusterRoutes(run),
    ports.cluster.cloudControllerManager.state(),
  ]);
  const now = run.clock.now();
  logNodesWithoutCarrier(run.log, migration, looked);
  run.tellNodes?.(() => nodesByCarrier(looked));
  return { now, ...looked, cloudControllerManager };
}

/**
 * Whatever leads packets to the nodes, with the nodes: also for who only wants to see it. Nodes and records that were just read
 * are not read again.
 */
export async function gatherClusterRoutes(
  { migration: { target }, ports, podRoutes }: ClusterRoutesSource,
  known?: Pick<ClusterRoutes, 'nodes' | 'records'>,
): Promise<ClusterRoutes> {
  const [nodesSubnet, routes, instances, nodes, records] = await Promise.all([
    ports.compute.subnet(nodesSubnetName(target)),
    ports.compute.routes(target.network),
    ports.compute.instances(nodesSubnetName(target)),
    known?.nodes ?? ports.cluster.nodes(),
    known?.records ?? podRoutes(),
  ]);
  return { target, nodesSubnet, routes, instances, nodes, records };
}

/** As much of a run as that takes. */
export interface ClusterRoutesSource extends Pick<StepRun, 'podRoutes'> {
  readonly migration: Pick<StepRun['migration'], 'target'>;
  readonly ports: Pick<StepRun['ports'], 'compute' | 'cluster'>;
}

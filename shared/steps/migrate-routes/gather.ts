import type { Instance, Route } from '../../compute/compute.ts';
import type { StepRun } from '../../engine/step.ts';
import type { CloudControllerManager, ClusterNode } from '../../kubernetes/cluster.ts';
import type { Target } from '../../migration/migration.ts';
import type { PodRouteRecord } from '../../migration/pod-route.ts';
import { gatherSubnets, type SubnetFacts } from '../enable-ipv6-subnets/gather.ts';
import { nodesSubnetName } from '../infrastructure-names.ts';

/** How routes, aliases and nodes stand now. */
export interface RouteFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly target: Target;
  readonly marks: Readonly<Record<string, string>>;
  readonly subnets: SubnetFacts;
  /** Every static route of the network, other people's included. */
  readonly routes: readonly Route[];
  readonly instances: readonly Instance[];
  readonly nodes: readonly ClusterNode[];
  readonly records: ReadonlyMap<string, PodRouteRecord>;
  readonly cloudControllerManager: Awaited<ReturnType<CloudControllerManager['state']>>;
}

/** Reads by lists, never node by node: the number of calls does not grow with the cluster but for pages. */
export async function gatherRoutes(run: StepRun): Promise<RouteFacts> {
  const { migration, ports } = run;
  const { target } = migration;
  const [subnets, routes, instances, nodes, records, cloudControllerManager] = await Promise.all([
    gatherSubnets(run),
    ports.compute.routes(target.network),
    ports.compute.instances(nodesSubnetName(target)),
    ports.cluster.nodes(),
    run.podRoutes(),
    ports.cluster.cloudControllerManager.state(),
  ]);
  return {
    now: run.clock.now(),
    target,
    marks: run.migration.marks,
    subnets,
    routes,
    instances,
    nodes,
    records,
    cloudControllerManager,
  };
}

import { type Timestamp, timestamp } from '../../clock.ts';
import type { FirewallRule, Network, Project, RegionalSubnet, Subnet } from '../../compute/compute.ts';
import { ResourceNotFound } from '../../compute/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import type { CloudControllerManager, DisruptionBudget } from '../../kubernetes/cluster.ts';
import { ClusterObjectMissing } from '../../kubernetes/errors.ts';
import type { NetworkPlugin, Obstacle } from '../../kubernetes/network-plugin.ts';
import type { NetworkPluginName } from '../../migration/network-plugins.ts';
import { readShootRollout, type ShootRollout } from '../../migration/node-rollout.ts';
import type { Plan } from '../../migration/plan.ts';
import { InvalidShoot, parseShoot, type Shoot } from '../../migration/shoot.ts';
import { pluginOf } from '../configure-cni/installed.ts';
import { ipv6FirewallRules } from '../enable-ipv6-subnets/firewall.ts';
import { internalSubnetName, nodesSubnetName, servicesSubnetName } from '../infrastructure-names.ts';
import type { ClusterRoutes } from '../migrate-routes/survey.ts';

/** Everything that the migration depends on, as it is before anything is touched. */
export interface PreflightFacts extends ClusterRoutes {
  readonly at: Timestamp;
  /** The plan as stored: what an operator wished, and what an earlier preflight found. */
  readonly plan: Plan;
  /** Undefined when the manifest cannot be understood; then `shootProblems` says why. */
  readonly shoot: Shoot | undefined;
  readonly shootProblems: readonly string[];
  /** How the nodes are to be replaced. */
  readonly rollout: ShootRollout;
  readonly project: Project;
  readonly network: Network | undefined;
  /** Every subnet of the network, of all regions and owners. */
  readonly subnets: readonly RegionalSubnet[];
  readonly internalSubnet: Subnet | undefined;
  readonly servicesSubnet: Subnet | undefined;
  /** Those of the shoot's IPv6 rules that exist. */
  readonly firewallRules: readonly FirewallRule[];
  /** VMs with a NIC in the network. */
  readonly instancesInNetwork: number;
  readonly disruptionBudgets: readonly DisruptionBudget[];
  /** Undefined while the cluster sleeps. */
  readonly networkPlugin: PluginFacts | undefined;
  /** Undefined when there is none. */
  readonly cloudControllerManager: Awaited<ReturnType<CloudControllerManager['state']>> | undefined;
}

export interface PluginFacts {
  /** The plugins whose agents are there. */
  readonly installed: readonly NetworkPluginName[];
  /** Of the one that the Shoot says, when it is there alone. */
  readonly obstacles: readonly Obstacle[];
}

/** What a run of the preflight needs to look; it needs no lease, so a plan can be made without a stored migration. */
export type Lookout = Pick<StepRun, 'migration' | 'ports' | 'clock'>;

/** Reads, and nothing but reads: no change, no dry run of one. By lists, so that the number of calls does not grow with the cluster. */
export async function gatherPreflight({ migration, ports, clock }: Lookout): Promise<PreflightFacts> {
  const { target, plan } = migration;
  const manifest = await ports.garden.shoot();
  const { shoot, shootProblems } = understood(manifest);
  const [infrastructure, cluster] = await Promise.all([
    gatherInfrastructure({ migration, ports }),
    // A hibernated shoot's API server sleeps too.
    shoot?.hibernated === true ? NOTHING_AWAKE : gatherCluster(ports.cluster, target.networkType),
  ]);
  return {
    at: timestamp(clock),
    target,
    plan,
    shoot,
    shootProblems,
    rollout: readShootRollout(manifest),
    ...infrastructure,
    ...cluster,
    // Nothing was taken up yet: an earlier migration's records are another migration's.
    records: new Map(),
  };
}

function understood(manifest: unknown): Pick<PreflightFacts, 'shoot' | 'shootProblems'> {
  try {
    return { shoot: parseShoot(manifest), shootProblems: [] };
  } catch (error) {
    if (!(error instanceof InvalidShoot)) throw error;
    return { shoot: undefined, shootProblems: error.problems };
  }
}

async function gatherInfrastructure({ migration: { target }, ports: { compute } }: Omit<Lookout, 'clock'>) {
  const nodes = nodesSubnetName(target);
  const rules = ipv6FirewallRules(target, []).map(({ name }) => compute.firewallRule(name));
  const [
    project,
    network,
    subnets,
    nodesSubnet,
    internalSubnet,
    servicesSubnet,
    routes,
    instances,
    instancesInNetwork,
    ...firewallRules
  ] = await Promise.all([
    compute.project(),
    unlessMissing(compute.network(target.network), ResourceNotFound),
    compute.subnets(target.network),
    compute.subnet(nodes),
    compute.subnet(internalSubnetName(target)),
    compute.subnet(servicesSubnetName(target)),
    compute.routes(target.network),
    compute.instances(nodes),
    compute.countInstances(target.network),
    ...rules,
  ]);
  return {
    project,
    network,
    subnets,
    nodesSubnet,
    internalSubnet,
    servicesSubnet,
    routes,
    instances,
    instancesInNetwork,
    firewallRules: firewallRules.filter((rule) => rule !== undefined),
  };
}

type ClusterFacts = Pick<
  PreflightFacts,
  'nodes' | 'disruptionBudgets' | 'networkPlugin' | 'cloudControllerManager'
>;

const NOTHING_AWAKE: ClusterFacts = {
  nodes: [],
  disruptionBudgets: [],
  networkPlugin: undefined,
  cloudControllerManager: undefined,
};

async function gatherCluster(
  cluster: Lookout['ports']['cluster'],
  networkType: string,
): Promise<ClusterFacts> {
  const [nodes, disruptionBudgets, networkPlugin, cloudControllerManager] = await Promise.all([
    cluster.nodes(),
    cluster.disruptionBudgets(),
    gatherPlugin(cluster.networkPlugin, networkType),
    unlessMissing(cluster.cloudControllerManager.state(), ClusterObjectMissing),
  ]);
  return { nodes, disruptionBudgets, networkPlugin, cloudControllerManager };
}

async function gatherPlugin(networkPlugin: NetworkPlugin, networkType: string): Promise<PluginFacts> {
  const installed = await networkPlugin.installed();
  const plugin = pluginOf({ networkType, installed });
  return { installed, obstacles: plugin === undefined ? [] : await networkPlugin.obstacles(plugin) };
}

async function unlessMissing<Found>(
  found: Promise<Found>,
  missing: typeof ResourceNotFound | typeof ClusterObjectMissing,
): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof missing) return undefined;
    throw error;
  }
}

import { type Timestamp, timestamp } from '../../clock.ts';
import type { FirewallRule, Network, Project, RegionalSubnet, Subnet } from '../../compute/compute.ts';
import { ResourceNotFound } from '../../compute/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import type { CloudControllerManager, DisruptionBudget } from '../../kubernetes/cluster.ts';
import { ClusterObjectMissing, ClusterRefused } from '../../kubernetes/errors.ts';
import type { NetworkPlugin, Obstacle } from '../../kubernetes/network-plugin.ts';
import type { MissingRights } from '../../kubernetes/permission.ts';
import type { ShootPart } from '../../kubernetes/rights.ts';
import { type NetworkPluginName, networkPluginNamed } from '../../migration/network-plugins.ts';
import { type NodeRollout, readShootRollout, type ShootRollout } from '../../migration/node-rollout.ts';
import type { Plan } from '../../migration/plan.ts';
import { InvalidShoot, parseShoot, type Shoot } from '../../migration/shoot.ts';
import { unlessMissing } from '../../unless-missing.ts';
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
  /** Of the functions, in all clusters. Undefined while the cluster sleeps. */
  readonly rights: MissingRights | undefined;
  /** The functions may not read what the cluster's facts are made of, so these are empty. */
  readonly closed: boolean;
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
  const rollout = readShootRollout(manifest);
  const [infrastructure, cluster] = await Promise.all([
    gatherInfrastructure({ migration, ports }),
    // A hibernated shoot's API server sleeps too.
    shoot?.hibernated === true ? NOTHING_AWAKE : gatherCluster(ports, target.networkType, rollout),
  ]);
  return {
    at: timestamp(clock),
    target,
    plan,
    shoot,
    shootProblems,
    rollout,
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
  'nodes' | 'rights' | 'closed' | 'disruptionBudgets' | 'networkPlugin' | 'cloudControllerManager'
>;

const NOTHING_AWAKE: ClusterFacts = {
  rights: undefined,
  closed: false,
  nodes: [],
  disruptionBudgets: [],
  networkPlugin: undefined,
  cloudControllerManager: undefined,
};

/** Reads need rights, too: which ones are missing is known before. */
async function gatherCluster(
  { cluster, garden }: Lookout['ports'],
  networkType: string,
  { rollout }: ShootRollout,
): Promise<ClusterFacts> {
  const [inCluster, inGarden] = await Promise.all([
    cluster.missingRights(partsFor(networkType, rollout)),
    garden.missingRights(),
  ]);
  const rights = {
    missing: [...inCluster.missing, ...inGarden.missing],
    unknown: [...inCluster.unknown, ...inGarden.unknown],
  };
  try {
    return { rights, closed: false, ...(await lookInto(cluster, networkType)) };
  } catch (error) {
    const explained = error instanceof ClusterRefused && error.reason === 'Forbidden';
    if (!explained || rights.missing.length === 0) throw error;
    return { ...NOTHING_AWAKE, rights, closed: true };
  }
}

/** What is looked at by probe pods whichever strategy is taken, and on the way back. */
function partsFor(networkType: string, { mode }: NodeRollout): readonly ShootPart[] {
  const plugin = networkPluginNamed(networkType);
  return [
    'base',
    'probe',
    ...(plugin === undefined ? [] : [plugin]),
    ...(mode === 'drain' ? (['drain'] as const) : []),
  ];
}

async function lookInto(
  cluster: Lookout['ports']['cluster'],
  networkType: string,
): Promise<Omit<ClusterFacts, 'rights' | 'closed'>> {
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

import type { Timestamp } from '../../shared/clock.ts';
import type { Instance, RegionalSubnet, Route, Subnet } from '../../shared/compute/compute.ts';
import type { ClusterNode } from '../../shared/kubernetes/cluster.ts';
import { readShootRollout } from '../../shared/migration/node-rollout.ts';
import { type Plan, planSchema } from '../../shared/migration/plan.ts';
import { parseShoot, type Shoot } from '../../shared/migration/shoot.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { survey } from '../../shared/steps/migrate-routes/survey.ts';
import type { Scene } from '../../shared/steps/preflight/checks/check.ts';
import type { PreflightFacts } from '../../shared/steps/preflight/gather.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { NOW, servicesSubnet, subnet, TARGET } from './fixtures.ts';

export const AT = new Date(NOW).toISOString() as Timestamp;
const ZONE = `${TARGET.region}-b`;

/** The shoot of {@link TARGET}, against which nothing speaks. */
export function shoot(changes: Partial<Shoot> = {}): Shoot {
  return {
    ...parseShoot(manifest()),
    technicalId: TARGET.technicalId,
    network: TARGET.network,
    pods: TARGET.pods,
    kubernetesVersion: '1.34.2',
    workers: [{ name: 'worker', maxSurge: 2, maxUnavailable: 0 }],
    ...changes,
  };
}

export function regional(subnetwork: Subnet, region = TARGET.region): RegionalSubnet {
  return { ...subnetwork, region };
}

function name(index: number): string {
  return `${TARGET.technicalId}-worker-z1-${index}`;
}

export function podCidr(index: number): string {
  return `100.96.${index}.0/24`;
}

export function node(index: number, changes: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name: name(index),
    instance: { name: name(index), zone: ZONE },
    podCidrs: [podCidr(index)],
    ready: true,
    leaving: false,
    pool: 'worker',
    ...changes,
  };
}

export function instance(index: number, changes: Partial<Instance> = {}): Instance {
  return { name: name(index), zone: ZONE, aliases: [], running: true, ...changes };
}

export function route(index: number, changes: Partial<Route> = {}): Route {
  const uid = `6e0c1a52-77f0-4c3e-8b1d-${String(index).padStart(12, '0')}`;
  return {
    name: `${TARGET.technicalId.slice(0, 26)}-${uid}`,
    network: TARGET.network,
    destination: podCidr(index),
    description: 'k8s-node-route',
    priority: 1000,
    tags: [],
    nextHop: { name: name(index), zone: ZONE },
    nextHopGone: false,
    ...changes,
  };
}

export function plan(changes: Partial<Plan> = {}): Plan {
  const empty = planSchema.parse({ strategy: 'overlap', steps: [...FORWARD_STEPS], findings: [] });
  return { ...empty, ...changes };
}

const NODES = [1, 2, 3];

/** A cluster of three nodes, each carried by its route, with these facts changed. */
export function facts(changes: Partial<PreflightFacts> = {}): PreflightFacts {
  return {
    at: AT,
    plan: plan(),
    target: TARGET,
    shoot: shoot(),
    shootProblems: [],
    rollout: readShootRollout({ metadata: {}, spec: { provider: { workers: [{ name: 'worker' }] } } }),
    project: { defaultNetworkTier: 'PREMIUM', quotas: new Map() },
    network: { name: TARGET.network, autoMode: false, legacy: false },
    subnets: [regional(subnet('nodes')), regional(subnet('internal', { range: '10.243.0.0/24' }))],
    nodesSubnet: subnet('nodes'),
    internalSubnet: subnet('internal', { range: '10.243.0.0/24' }),
    servicesSubnet: undefined,
    firewallRules: [],
    routes: NODES.map((index) => route(index)),
    instances: NODES.map((index) => instance(index)),
    instancesInNetwork: NODES.length,
    nodes: NODES.map((index) => node(index)),
    records: new Map(),
    disruptionBudgets: [{ key: 'shop/web', allowed: 1, pods: 3 }],
    rights: { missing: [], unknown: [] },
    closed: false,
    networkPlugin: { installed: ['calico'], obstacles: [] },
    cloudControllerManager: {
      managesRoutes: true,
      allocatesFromAliases: false,
      rollout: { complete: true, updated: 1, desired: 1 },
      oldPods: 0,
    },
    ...changes,
  };
}

export function scene(changes: Partial<PreflightFacts> = {}): Scene {
  return survey(facts(changes));
}

/** The nodes subnet in which the pods' range is there already. */
export function withPodRange(range: string, changes: Partial<Subnet> = {}): Subnet {
  return subnet('nodes', { secondaryRanges: [{ name: 'ipv4-pod-cidr', range }], ...changes });
}

export const SERVICES: Subnet = servicesSubnet();

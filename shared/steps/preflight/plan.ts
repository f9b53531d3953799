import type { Subnet } from '../../compute/compute.ts';
import { freeBlock } from '../../migration/free-block.ts';
import type { Finding, Found, Plan } from '../../migration/plan.ts';
import { FORWARD_STEPS } from '../../migration/steps.ts';
import { nodesAtOnce } from '../../migration/worker-pool.ts';
import { POD_RANGE_NAME } from '../infrastructure-names.ts';
import { survey } from '../migrate-routes/survey.ts';
import { usedRanges } from '../used-ranges.ts';
import { callsOf } from './calls.ts';
import type { Scene } from './checks/check.ts';
import { findingsIn } from './checks/index.ts';
import { type Extent, expectedSeconds, gapSeconds } from './duration.ts';
import { expectationsOf } from './expectations.ts';
import type { PreflightFacts } from './gather.ts';
import { chooseStrategy } from './strategy.ts';

/** The plan of a migration from how things are: looks through every check, then {@link planFrom}. Pure. */
export function planOf(facts: PreflightFacts): Plan {
  const scene = survey(facts);
  return planFrom(scene, findingsIn(scene));
}

/** The plan from facts and findings. What was found by the first preflight is kept: it is what the way back leads to. */
function planFrom(scene: Scene, findings: readonly Finding[]): Plan {
  const { facts } = scene;
  const { wish, trafficLossAcknowledgedAt } = facts.plan;
  const extent = extentOf(scene);
  const { strategy, findings: onTheChoice, ...reasons } = choose(scene, findings, extent);
  return {
    strategy,
    ...reasons,
    steps: [...FORWARD_STEPS],
    findings: [...findings, ...onTheChoice],
    madeAt: facts.at,
    nodesAtOnce: extent.nodesAtOnce,
    nodeMaskSize: nodeMaskSizeOf(facts),
    calls: callsOf(strategy, scene),
    expectedSeconds: expectedSeconds(strategy, extent),
    expectations: expectationsOf(strategy, extent, gapSeconds(extent)),
    found: facts.plan.found ?? foundIn(facts),
    wish,
    trafficLossAcknowledgedAt,
  };
}

function choose(scene: Scene, findings: readonly Finding[], extent: Extent) {
  const { facts } = scene;
  const { pods } = facts.target;
  // Every node has a successor, and some of these come before their predecessors are gone.
  const neededBlocks = extent.nodes + extent.nodesAtOnce;
  return chooseStrategy({
    findings,
    wish: facts.plan.wish,
    trafficLossAcknowledged: facts.plan.trafficLossAcknowledgedAt !== undefined,
    freeBlock: freeBlock(pods, usedRanges(facts, subnetsOf(facts)), neededBlocks, nodeMaskSizeOf(facts)),
    neededBlocks,
    pods,
    gap: { nodes: scene.nodes.length, seconds: gapSeconds(extent) },
  });
}

function subnetsOf({ subnets, nodesSubnet }: PreflightFacts): readonly Subnet[] {
  return nodesSubnet === undefined ? subnets : [...subnets, nodesSubnet];
}

/** Gardener's default where the manifest cannot be understood; then something blocks anyway. */
function nodeMaskSizeOf({ shoot }: PreflightFacts): number {
  return shoot?.nodeMaskSize ?? 24;
}

function extentOf({ facts, nodes, podRoutes }: Scene): Extent {
  const sizes = new Map<string, number>();
  for (const { pool } of facts.nodes) {
    if (pool !== undefined) sizes.set(pool, (sizes.get(pool) ?? 0) + 1);
  }
  return {
    nodes: facts.nodes.length,
    toAlias: nodes.filter(({ aliased }) => !aliased).length,
    podRoutes: podRoutes.length,
    nodesAtOnce: nodesAtOnce(facts.shoot?.workers ?? [], sizes),
  };
}

/** Undefined while something is missing without which no migration begins. */
function foundIn(facts: PreflightFacts): Found | undefined {
  const { nodesSubnet, internalSubnet, servicesSubnet, cloudControllerManager } = facts;
  if (nodesSubnet === undefined || cloudControllerManager === undefined) return undefined;
  const { stackType, routesOverlapAllowed, secondaryRanges } = nodesSubnet;
  return {
    nodesSubnet: {
      routesOverlapAllowed,
      stackType,
      podRange: secondaryRanges.find(({ name }) => name === POD_RANGE_NAME)?.range,
    },
    internalStackType: internalSubnet?.stackType,
    servicesSubnet: servicesSubnet !== undefined,
    firewallRules: facts.firewallRules.map(({ name }) => name),
    managedRoutes: cloudControllerManager.managesRoutes,
    allocatedFromAliases: cloudControllerManager.allocatesFromAliases,
  };
}

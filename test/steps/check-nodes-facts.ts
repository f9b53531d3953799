import type { Timestamp } from '../../shared/clock.ts';
import type { ClusterNode } from '../../shared/kubernetes/cluster.ts';
import type { DrainableNode, DrainablePod, EvictionBudget } from '../../shared/kubernetes/node-drain.ts';
import { parseMaintenanceWindow } from '../../shared/migration/maintenance-window.ts';
import { readShootRollout } from '../../shared/migration/node-rollout.ts';
import type { DrainFacts, NodeFacts } from '../../shared/steps/check-nodes/facts.ts';
import { MARKS } from '../../shared/steps/check-nodes/marks.ts';

/** 22:30 UTC, half an hour after the window's opening. */
export const NOW = Date.UTC(2026, 2, 1, 22, 30);
export const WINDOW = parseMaintenanceWindow('220000+0000', '020000+0000');
export const IPV4 = '100.96.1.0/24';
export const IPV6 = '2600:1900:4000:1::/96';

export function node(name: string, changes: Partial<ClusterNode> = {}): ClusterNode {
  return {
    name,
    instance: { name, zone: 'z' },
    podCidrs: [IPV4],
    ready: true,
    leaving: false,
    pool: 'worker',
    ...changes,
  };
}

export function dualStack(name: string, changes: Partial<ClusterNode> = {}): ClusterNode {
  return node(name, { podCidrs: [IPV4, IPV6], ...changes });
}

/** A time so many seconds before now. */
export function ago(seconds: number): Timestamp {
  return new Date(NOW - seconds * 1000).toISOString() as Timestamp;
}

interface Manifest {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly workers?: readonly object[];
  readonly hibernated?: boolean;
}

export function shoot({ annotations = {}, workers = [{ name: 'worker' }], hibernated }: Manifest = {}) {
  return readShootRollout({
    metadata: { annotations },
    spec: { provider: { workers }, hibernation: { enabled: hibernated } },
  });
}

/** A shoot at rest whose nodes Gardener shall roll, inside its window. */
export function facts(nodes: readonly ClusterNode[], changes: Partial<NodeFacts> = {}): NodeFacts {
  return {
    now: NOW,
    nodes,
    shoot: shoot(),
    garden: { workersRolling: false, reconciling: false },
    window: WINDOW,
    byOperator: false,
    marks: {},
    drain: undefined,
    ...changes,
  };
}

export function drainable(name: string, changes: Partial<DrainableNode> = {}): DrainableNode {
  return {
    ...node(name),
    uid: `uid-${name}`,
    createdAt: ago(86_400),
    schedulable: true,
    settled: true,
    cordonedAt: undefined,
    handedOver: false,
    managed: true,
    ...changes,
  };
}

/** Cordoned by us so many seconds ago. */
export function draining(name: string, seconds = 60, changes: Partial<DrainableNode> = {}): DrainableNode {
  return drainable(name, { schedulable: false, cordonedAt: ago(seconds), ...changes });
}

export function budget(key: string, changes: Partial<EvictionBudget> = {}): EvictionBudget {
  return {
    key,
    namespace: key.split('/')[0] ?? '',
    selector: 'app=web',
    selects: () => true,
    allowed: 1,
    pods: 3,
    desiredHealthy: 2,
    currentHealthy: 3,
    observed: true,
    letsUnreadyGo: false,
    ...changes,
  };
}

export const HELD = budget('shop/web', { allowed: 0, currentHealthy: 2 });
export const NEVER = budget('shop/db', { allowed: 0, pods: 3, desiredHealthy: 3 });

export function pod(key: string, on: string, changes: Partial<DrainablePod> = {}): DrainablePod {
  const [namespace = '', name = ''] = key.split('/');
  return {
    key,
    namespace,
    name,
    uid: `uid-${key}`,
    node: on,
    terminating: false,
    running: true,
    ready: true,
    comesBack: true,
    budgets: [],
    ...changes,
  };
}

export const DRAIN = { annotations: { 'shoot-dualstack/node-rollout': 'drain' } };

/** A drain whose machine classes are up to date; begun when so many nodes were ready, unless that is left out. */
export function drainFacts(
  drain: Partial<DrainFacts>,
  changes: Partial<NodeFacts> & { readonly begunWith?: number } = {},
): NodeFacts {
  const { nodes = [] } = drain;
  const { begunWith, marks, ...others } = changes;
  return facts(nodes, {
    shoot: shoot(DRAIN),
    garden: { workersRolling: false, reconciling: false, succeededAt: ago(100) },
    drain: { nodes, pods: [], neverEvicted: [], ...drain },
    marks: {
      [MARKS.reconcileAskedAt]: ago(300),
      ...(begunWith !== undefined && { [MARKS.drain]: `${ago(200)} ${begunWith}` }),
      ...marks,
    },
    ...others,
  });
}

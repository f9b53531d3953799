import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { Decision, Progress } from '../../migration/outcome.ts';
import { isDualStack } from '../dual-stack-node.ts';
import { listed } from '../listed.ts';
import type { PhaseOf } from '../phase.ts';
import type { NodeAction, Verdict } from './actions.ts';
import type { NodeFacts } from './facts.ts';
import type { Reason } from './reasons.ts';

/** The facts, with the live nodes told apart by what they lack. */
export interface NodeScene extends NodeFacts {
  /** Those that are not being deleted: only they count. */
  readonly live: readonly ClusterNode[];
  /** Without any pod CIDR yet; they get theirs without being replaced. */
  readonly joining: readonly ClusterNode[];
  /** With pod CIDRs, but not one of each family: only their successors can have both. */
  readonly singleStack: readonly ClusterNode[];
  readonly progress: Progress;
}

export type Phase = PhaseOf<NodeScene, NodeAction>;

export function sceneOf(facts: NodeFacts): NodeScene {
  const live = facts.nodes.filter(({ leaving }) => !leaving);
  const joining = live.filter(({ podCidrs }) => podCidrs.length === 0);
  const dualStack = live.filter(isDualStack);
  const singleStack = live.filter((node) => node.podCidrs.length > 0 && !isDualStack(node));
  const progress = { done: dualStack.length, total: live.length, unit: 'nodes dual-stack' };
  return { ...facts, live, joining, singleStack, progress };
}

/** Nodes by pool; those without a pool are left out. */
export function poolSizes(nodes: readonly ClusterNode[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { pool } of nodes) if (pool !== undefined) sizes.set(pool, (sizes.get(pool) ?? 0) + 1);
  return sizes;
}

/** What is lacking, node by node, grouped by why: each node that is not dual-stack is in one of the groups. */
export function whatIsLacking({ joining, singleStack, drain, live }: NodeScene): string {
  const known = new Map(drain?.nodes.map((node) => [node.name, node]));
  const drained = (name: string) => known.get(name)?.handedOver === true;
  const cordoned = (name: string) => !drained(name) && known.get(name)?.cordonedAt !== undefined;
  const names = singleStack.map(({ name }) => name);
  const groups: readonly (readonly [what: string, names: readonly string[]])[] = [
    ['still single-stack', names.filter((name) => !drained(name) && !cordoned(name))],
    ['being drained', names.filter(cordoned)],
    ['handed to the machine controller', names.filter(drained)],
    ['waiting for a pod CIDR', joining.map(({ name }) => name)],
    ['not Ready', namesNotReady(live)],
  ];
  return groups.flatMap(([what, all]) => (all.length === 0 ? [] : [`${what}: ${listed(all)}`])).join('; ');
}

export function namesNotReady(nodes: readonly ClusterNode[]): readonly string[] {
  return nodes.filter(({ ready }) => !ready).map(({ name }) => name);
}

/** `what` is said before the nodes that it is about. */
export function wait(
  scene: NodeScene,
  reason: Reason,
  lookAgainAfterSeconds: number,
  what?: string,
): Decision<NodeAction> {
  const lacking = whatIsLacking(scene);
  const message = [what, lacking].filter(Boolean).join('; ');
  const { progress } = scene;
  const patient = OTHERS_TURN.has(reason) ? { patient: true as const } : {};
  return { kind: 'waiting', reason, message, lookAgainAfterSeconds, progress, ...patient };
}

/** It is for the owner to act, or for the maintenance window to open. */
const OTHERS_TURN: ReadonlySet<Reason> = new Set([
  'CordonedByOthers',
  'LongerThanWindow',
  'NoNodes',
  'NodesUnmanaged',
  'OutsideMaintenanceWindow',
  'OwnerRollsNodes',
  'PoolsLeftOut',
  'RestOfWindowTooShort',
  'ShootFailed',
  'ShootHibernated',
]);

/** After a failure for good Gardener takes up nothing that it is asked for, and says nothing either. */
export function awaitRetry(scene: NodeScene): Decision<NodeAction> | undefined {
  const { failure } = scene.garden;
  if (failure?.forGood !== true) return undefined;
  return wait(
    scene,
    'ShootFailed',
    LOOK_AT_OWNER_SECONDS,
    `the shoot’s last operation failed, and Gardener begins nothing before the Shoot is annotated with gardener.cloud/operation=retry: ${failure.message}`,
  );
}

/** What Gardener is stuck with while it is waited for; undefined when it is not. */
export function troubleOf({ garden }: NodeScene): string | undefined {
  return garden.failure && `Gardener’s last operation ended with an error: ${garden.failure.message}`;
}

export function blocked({ reason, message, remedy }: Verdict): Decision<NodeAction> {
  return { kind: 'blocked', reason, message, remedy };
}

/** Seconds after which the owner may have changed an annotation, or the nodes themselves. */
export const LOOK_AT_OWNER_SECONDS = 300;

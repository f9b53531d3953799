import type { Clock } from '../../../shared/clock.ts';
import { timestamp } from '../../../shared/clock.ts';
import type { Condition } from '../cluster/kinds/common.ts';
import { conditionOf } from '../cluster/kinds/common.ts';
import type { Node } from '../cluster/kinds/node.ts';
import type { ShootCluster } from './world.ts';

export type NewCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Puts the condition on the node, unless it says so already; the others stay (strategic merge). */
export async function setNodeCondition(
  { cluster, clock }: { readonly cluster: ShootCluster; readonly clock: Clock },
  name: string,
  next: NewCondition,
): Promise<void> {
  const node = cluster.node(name);
  if (node === undefined) return;
  const present = conditionOf(node, next.type);
  if (present?.status === next.status && present.reason === next.reason) return;
  const transition = present?.status === next.status ? present.lastTransitionTime : undefined;
  const condition = { ...next, lastTransitionTime: transition ?? wholeSeconds(clock) };
  await cluster.patchNode(name, { status: { conditions: [condition] } }, 'status');
}

export function hasCondition(node: Node, type: string, status: string): boolean {
  return conditionOf(node, type)?.status === status;
}

/** RFC 3339 to the second, as Kubernetes writes times. */
export function wholeSeconds(clock: Clock): string {
  return timestamp(clock).replace(/\.\d+Z$/, 'Z');
}

export const ROUTE_CREATED: NewCondition = {
  type: 'NetworkUnavailable',
  status: 'False',
  reason: 'RouteCreated',
  message: 'RouteController created a route',
};
export const NO_ROUTE_CREATED: NewCondition = {
  type: 'NetworkUnavailable',
  status: 'True',
  reason: 'NoRouteCreated',
  message: 'RouteController failed to create a route',
};

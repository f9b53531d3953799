import { z } from 'zod';
import type { KubernetesObject } from '../object/object.ts';
import { loose } from '../object/object.ts';
import { condition, conditionOf } from './common.ts';

const taint = loose({ key: z.string(), value: z.string().optional(), effect: z.string() });
export type Taint = z.infer<typeof taint>;

export const nodeFields = loose({
  spec: loose({
    podCIDR: z.string().optional(),
    podCIDRs: z.array(z.string()).optional(),
    providerID: z.string().optional(),
    unschedulable: z.boolean().optional(),
    taints: z.array(taint).optional(),
  }).optional(),
  status: loose({
    addresses: z.array(loose({ type: z.string(), address: z.string() })).optional(),
    conditions: z.array(condition).optional(),
  }).optional(),
});
export type Node = KubernetesObject & z.infer<typeof nodeFields>;

export function isNodeReady(node: Node): boolean {
  return conditionOf(node, 'Ready')?.status === 'True';
}

export function internalIps(node: Node): string[] {
  return (node.status?.addresses ?? [])
    .filter((entry) => entry.type === 'InternalIP')
    .map((entry) => entry.address);
}

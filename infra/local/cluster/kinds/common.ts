import { z } from 'zod';
import { loose, stringMap } from '../object/object.ts';

export const condition = loose({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().optional(),
});
export type Condition = z.infer<typeof condition>;

export const intOrString = z.union([z.number().int(), z.string()]);
export type IntOrString = z.infer<typeof intOrString>;

export const labelSelector = loose({
  matchLabels: stringMap.optional(),
  matchExpressions: z
    .array(loose({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
});
export type LabelSelector = z.infer<typeof labelSelector>;

export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((entry) => entry.type === type);
}

/**
 * The list with this condition in it. `lastTransitionTime` moves only when the status does, as the API conventions ask.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  next: Omit<Condition, 'lastTransitionTime'> & { readonly type: string; readonly status: string },
  now: string,
): Condition[] {
  const present = conditions ?? [];
  const previous = present.find((entry) => entry.type === next.type);
  const stamped: Condition = {
    ...next,
    lastTransitionTime: previous?.status === next.status ? (previous.lastTransitionTime ?? now) : now,
  };
  return previous === undefined
    ? [...present, stamped]
    : present.map((entry) => (entry === previous ? stamped : entry));
}

/** A count or a percentage of `total`, rounded as the field that holds it asks. */
export function resolveCount(value: IntOrString | undefined, total: number, rounding: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const percent = Number(value.replace(/%$/, ''));
  if (!Number.isFinite(percent)) return 0;
  const exact = (percent * total) / 100;
  return rounding === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

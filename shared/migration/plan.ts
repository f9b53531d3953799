import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { STEP_NAMES } from './steps.ts';

/**
 * What a migration will do, decided before anything is touched and shown to the operator: the document `plan` in
 * `migrations/{id}`. Made by the step `preflight`; changed later only when the network shows that it cannot be followed.
 */

/** How pod routes become alias IP ranges (DESIGN §2). */
export const STRATEGIES = ['overlap', 'rollover', 'cutover'] as const;
export type Strategy = (typeof STRATEGIES)[number];

const timestamp = z.iso.datetime().transform((text) => text as Timestamp);

/** One named check and what it found. */
export const findingSchema = z.object({
  /** The check's name, e.g. `pod-range-is-free`. */
  check: z.string(),
  severity: z.enum(['pass', 'warning', 'block']),
  /** A constant of the preflight's reasons; absent for a pass. */
  reason: z.string().optional(),
  /** What was found, with figures and names. */
  message: z.string(),
  /** What to do about it; absent for a pass. */
  remedy: z.string().optional(),
  /** Strategies that cannot be followed as things are; the migration may go on by another one. */
  rulesOut: z.array(z.enum(STRATEGIES)).readonly().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** How things were before the first change: what the way back leads to. */
const foundSchema = z.object({
  nodesSubnet: z.object({
    routesOverlapAllowed: z.boolean(),
    stackType: z.string(),
    /** The CIDR of the pods' secondary range, where there was one already. */
    podRange: z.string().optional(),
  }),
  internalStackType: z.string().optional(),
  servicesSubnet: z.boolean(),
  /** Names of the IPv6 firewall rules that existed. */
  firewallRules: z.array(z.string()).readonly(),
  managedRoutes: z.boolean(),
  allocatedFromAliases: z.boolean(),
});
export type Found = z.infer<typeof foundSchema>;

export const planSchema = z.object({
  strategy: z.enum(STRATEGIES),
  steps: z.array(z.enum(STEP_NAMES)).min(1).readonly(),
  findings: z.array(findingSchema).readonly(),
  /** When the preflight made it; until then it holds nothing but the steps. */
  madeAt: timestamp.optional(),
  /** Why this strategy, in a sentence. */
  why: z.string().default(''),
  /** Why none of the others. */
  notTaken: z
    .array(z.object({ strategy: z.enum(STRATEGIES), why: z.string() }))
    .readonly()
    .default([]),
  /** Whether the next strategy may be fallen back to if this one turns out not to work. */
  rolloverPossible: z.boolean().default(false),
  /** Nodes whose carrier may be taken away at once: what the owner lets Gardener replace at once. */
  nodesAtOnce: z.number().int().min(1).default(1),
  /** Prefix length of a node's pod CIDR. */
  nodeMaskSize: z.number().int().default(24),
  /** Calls that change something, by the API's method. */
  calls: z
    .array(z.object({ call: z.string(), count: z.number().int() }))
    .readonly()
    .default([]),
  /** Of `migrate-routes`, when every call takes as long as it usually does. */
  expectedSeconds: z.number().default(0),
  /** What the operator and the shoot's owner have to do or to expect. */
  expectations: z.array(z.string()).readonly().default([]),
  found: foundSchema.optional(),
  /** The strategy that an operator asked for; the preflight follows it if it fits, and says so if not. */
  wish: z.enum(STRATEGIES).optional(),
  /** Set once an operator said that traffic may be lost (`cutover`). */
  trafficLossAcknowledgedAt: timestamp.optional(),
});
export type Plan = z.infer<typeof planSchema>;

import { z } from 'zod';

/** How soon somebody should act: users are affected or exposed now; something is left to do; it is good to know. */
export const SEVERITIES = ['critical', 'warning', 'notice'] as const;

/** Whose turn it is. What Gardener (or whoever runs the cluster) keeps as it is written cannot be changed by the owner. */
export const WHOSE = ['owner', 'Gardener', 'system'] as const;

/** What the finding stands in the way of. */
const AIMS = ['dual-stack', 'ipv6-only'] as const;

const objectSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

const triedSchema = z.discriminatedUnion('result', [
  z.object({ result: z.literal('accepted') }),
  z.object({ result: z.literal('refused'), why: z.string() }),
  z.object({ result: z.literal('not tried'), why: z.string() }),
]);

const manifestSchema = z.object({
  /** A merge patch of the object that was looked at, or an object to be created beside it. */
  how: z.enum(['patch', 'create']),
  document: z.record(z.string(), z.unknown()),
  /** What the API server said to it in a dry run. */
  dryRun: triedSchema.optional(),
});

const findingSchema = z.object({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  aim: z.enum(AIMS),
  whose: z.enum(WHOSE),
  object: objectSchema,
  /** What is so. */
  what: z.string(),
  /** Why it matters. */
  why: z.string(),
  /** What to do about it. */
  todo: z.string(),
  /** Where that is documented. */
  source: z.string(),
  manifest: manifestSchema.optional(),
});

export const reportSchema = z.object({
  schema: z.literal('shoot-dualstack/audit/v1'),
  at: z.string(),
  cluster: z.object({
    server: z.string(),
    version: z.string(),
    gardener: z.boolean(),
    nodes: z.number().optional(),
    dualStackServices: z.enum(['yes', 'no', 'unknown']),
  }),
  /** Most urgent first; in a fixed order, so that two reports can be compared. */
  findings: z.array(findingSchema),
  /** What nothing can be said about, and why. */
  notLookedAt: z.array(z.object({ what: z.string(), why: z.string() })),
  lookedAt: z.array(z.object({ what: z.string(), objects: z.number() })),
  /** The way to IPv6-only, in order. */
  way: z.array(
    z.object({
      step: z.string(),
      state: z.enum(['met', 'open', 'unknown', 'not possible']),
      remark: z.string(),
    }),
  ),
});

export type Severity = (typeof SEVERITIES)[number];
export type Whose = (typeof WHOSE)[number];
export type Finding = z.output<typeof findingSchema>;
export type ObjectName = z.output<typeof objectSchema>;
export type Manifest = z.output<typeof manifestSchema>;
export type Tried = z.output<typeof triedSchema>;
export type AuditReport = z.output<typeof reportSchema>;

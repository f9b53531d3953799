import { z } from 'zod';
import { CONSTRAINT_TYPES } from '../migration/constraints.ts';
import type { Migration } from '../migration/migration.ts';
import { STRATEGIES } from '../migration/plan.ts';
import { ABORT, STEP_NAMES } from '../migration/steps.ts';
import { phaseOf, phaseSchema, rankOf } from './phase.ts';
import { progressOf, progressSchema, type Why, whyOf, whySchema } from './why.ts';

const time = z.string().describe('RFC 3339, UTC.');

export const constraintRowSchema = z.strictObject({
  type: z.enum(CONSTRAINT_TYPES),
  status: z.enum(['True', 'Progressing']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: time,
  lastUpdateTime: time,
});

/** One shoot’s migration at a glance: the active one, else the newest. */
export const fleetRowSchema = z.strictObject({
  id: z.string(),
  shoot: z.string().describe('`namespace/name` of the Shoot.'),
  project: z.string().describe('GCP project of its infrastructure.'),
  seed: z.string().optional().describe('The seed of its control plane, where it is known.'),
  region: z.string(),
  phase: phaseSchema,
  rank: z.int().describe('Place of the phase in the order of the list: blocked is 0.'),
  strategy: z.enum(STRATEGIES).optional().describe('Absent until the plan is made.'),
  step: z.enum(STEP_NAMES).describe('The present step; the last one when it has ended.'),
  stepNumber: z.int().describe('1 for the first step; 0 on the way back.'),
  steps: z.int().describe('How many steps the plan has.'),
  progress: progressSchema.optional(),
  constraint: constraintRowSchema.optional().describe('The one that was changed last.'),
  why: whySchema.optional(),
  since: time.describe('Since when it has stood so.'),
  wakeAt: time.optional().describe('When it is looked at again at the latest.'),
  paused: z.boolean().describe('Held by an operator; a run may still be on its way to a safe point.'),
  abortRequested: z.boolean(),
  createdAt: time,
  updatedAt: time,
  finishedAt: time.optional(),
});
export type FleetRow = z.infer<typeof fleetRowSchema>;

/** A document that this version of the product cannot read: damaged by hand, or written by a later version. */
export const unreadableSchema = z.strictObject({
  id: z.string(),
  shoot: z.string().optional().describe('Where the document says at least that.'),
  trouble: z.string().describe('Which fields cannot be understood.'),
});
export type Unreadable = z.infer<typeof unreadableSchema>;

export const countsSchema = z.record(phaseSchema, z.int()).describe('Shoots by phase.');
export type Counts = z.infer<typeof countsSchema>;

/** All shoots, those that need a human first. */
export const fleetViewSchema = z.strictObject({
  at: time.describe('When the store was looked at, by the clock of the functions.'),
  total: z.int(),
  counts: countsSchema,
  rows: z.array(fleetRowSchema),
  unreadable: z
    .array(unreadableSchema)
    .describe('Nothing moves these; they are for a human, like what is blocked.'),
  next: z.string().optional().describe('`after` of the next page, where there is one.'),
});
export type FleetView = z.infer<typeof fleetViewSchema>;

/**
 * The row of one migration at `now` (milliseconds). `turn` is what is to be said of it where it waits for others: the fleet knows
 * more of that than the migration.
 */
export function fleetRow(migration: Migration, now: number, turn?: Why): FleetRow {
  const { shoot, target, plan, position, status, steps: _, ...rest } = migration;
  const phase = phaseOf(migration, now);
  const why = turn ?? whyOf(migration);
  const progress = rest.active ? progressOf(migration) : undefined;
  const constraint = rest.constraints.toSorted((a, b) => (a.lastUpdateTime < b.lastUpdateTime ? 1 : -1))[0];
  return {
    id: rest.id,
    shoot: shoot.key,
    project: target.project,
    ...(target.seed !== undefined && { seed: target.seed }),
    region: target.region,
    phase,
    rank: rankOf(phase),
    ...(plan.madeAt !== undefined && { strategy: plan.strategy }),
    step: position,
    stepNumber: plan.steps.indexOf(position) + 1,
    steps: plan.steps.length,
    ...(progress && { progress }),
    ...(constraint && { constraint }),
    ...(why && { why }),
    since: status.since,
    ...(rest.wakeAt !== undefined && { wakeAt: rest.wakeAt }),
    paused: rest.paused,
    abortRequested: rest.abort !== undefined || position === ABORT,
    createdAt: rest.createdAt,
    updatedAt: rest.updatedAt,
    ...(rest.finishedAt !== undefined && { finishedAt: rest.finishedAt }),
  };
}

/** The rows in their order: by phase, then what has stood so for longest; of what has ended the latest first. */
export function inOrder(rows: readonly FleetRow[]): readonly FleetRow[] {
  return rows.toSorted((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    const over = a.finishedAt !== undefined;
    const bySince = a.since < b.since ? -1 : a.since > b.since ? 1 : 0;
    return (over ? -bySince : bySince) || (a.id < b.id ? -1 : 1);
  });
}

/** Of each shoot its active migration, else the newest. */
export function onePerShoot(migrations: readonly Migration[]): readonly Migration[] {
  const chosen = new Map<string, Migration>();
  for (const migration of migrations) {
    const other = chosen.get(migration.shoot.key);
    if (other === undefined || isRather(migration, other)) chosen.set(migration.shoot.key, migration);
  }
  return [...chosen.values()];
}

function isRather(one: Migration, other: Migration): boolean {
  return one.active === other.active ? one.createdAt > other.createdAt : one.active;
}

export function countPhases(rows: readonly Pick<FleetRow, 'phase'>[]): Counts {
  const counts: Counts = {
    blocked: 0,
    running: 0,
    'going back': 0,
    planning: 0,
    waiting: 0,
    paused: 0,
    succeeded: 0,
    'led back': 0,
  };
  for (const { phase } of rows) counts[phase] += 1;
  return counts;
}

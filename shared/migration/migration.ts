import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { remembered } from '../remembered.ts';
import type { Cidr } from './cidr.ts';
import { CONSTRAINT_TYPES, type Constraint } from './constraints.ts';
import { planSchema } from './plan.ts';
import { ABORT, PREFLIGHT, STEP_NAMES, type StepName } from './steps.ts';

/**
 * The document `migrations/{id}`: all that is known of one shoot's migration, apart from its routes and its history,
 * which have documents of their own. Read from the store through {@link migrationSchema}, so that a document which
 * somebody edited by hand is refused by name instead of being half understood.
 */
export type Migration = z.infer<typeof migrationSchema>;

const timestamp = z.iso.datetime().transform((text) => text as Timestamp);
const cidr = z.string().transform((text) => text as Cidr);
const step = z.enum(STEP_NAMES);

const progress = z.object({ done: z.number().int(), total: z.number().int(), unit: z.string() });

/** Where on the infrastructure the shoot lives; fixed when the migration starts. */
const target = z.object({
  project: z.string(),
  region: z.string(),
  network: z.string(),
  technicalId: z.string(),
  nodes: cidr,
  pods: cidr,
  services: cidr,
  networkType: z.string(),
  /** The seed that its control plane was on by then; absent where the Shoot named none, and in earlier versions. */
  seed: z.string().optional(),
});
export type Target = z.infer<typeof target>;

const shoot = z.object({ key: z.string(), namespace: z.string(), name: z.string(), uid: z.string() });

const status = z.discriminatedUnion('kind', [
  /** A nudge for the present step is on its way, or should be. */
  z.object({ kind: z.literal('ready'), since: timestamp }),
  /** A run of the present step holds the lease, or died holding it. */
  z.object({
    kind: z.literal('running'),
    since: timestamp,
    progress: progress.optional(),
    /** What the run sits out within itself, so that a short wait is no silence. */
    wait: z.object({ reason: z.string(), message: z.string() }).optional(),
  }),
  z.object({
    kind: z.literal('waiting'),
    since: timestamp,
    reason: z.string(),
    message: z.string(),
    progress: progress.optional(),
  }),
  z.object({
    kind: z.literal('blocked'),
    since: timestamp,
    reason: z.string(),
    message: z.string(),
    remedy: z.string(),
  }),
  z.object({ kind: z.literal('succeeded'), since: timestamp }),
  /** Led back to what was found; see {@link migrationSchema}'s `abort`. */
  z.object({ kind: z.literal('aborted'), since: timestamp }),
]);
export type MigrationStatus = z.infer<typeof status>;

const stepRecord = z.object({
  name: step,
  /** Runs that held the lease for this step, finished or not. */
  runs: z.number().int(),
  failures: z.number().int(),
  lastFailure: z.string().optional(),
  /** Runs in a row that died holding the lease, without having brought anything about. */
  deaths: z.number().int().optional(),
  /** What it has been waiting for since when, without any more being done; acts in between do not end that. */
  standstill: z
    .object({
      since: timestamp,
      reason: z.string(),
      counted: z.object({ done: z.number().int(), unit: z.string() }).optional(),
      /** Since when it is somebody else's turn, or a time that was agreed on is waited for. */
      patientSince: timestamp.optional(),
      /** How much of the time since went by so; it does not count. */
      patientSeconds: z.number().optional(),
    })
    .optional(),
  /** Since when every run has failed because cloud or cluster gave no answer, or were busy, whatever it brought about before. */
  awaySince: timestamp.optional(),
  /** Id of the operator's message that its last run by hand was for: the bus may bring it again. */
  askedBy: z.string().optional(),
  startedAt: timestamp.optional(),
  finishedAt: timestamp.optional(),
  progress: progress.optional(),
  /**
   * Its last act left traffic depending on the next one, or nobody knows, since the run died: a pause is heeded only after
   * the next safe point.
   */
  midway: z.boolean().optional(),
  /** What its last run came to wait for; looked at again and again, it is one wait as long as it is the same. */
  lastWait: z.object({ since: timestamp, reason: z.string(), message: z.string() }).optional(),
});
export type StepRecord = z.infer<typeof stepRecord>;

const constraint = z.object({
  type: z.enum(CONSTRAINT_TYPES),
  status: z.enum(['True', 'Progressing']),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: timestamp,
  lastUpdateTime: timestamp,
}) satisfies z.ZodType<Constraint>;

/** A nudge that is to be published; it stays here until the bus has taken it. */
const outgoingNudge = z.object({ id: z.string(), step, since: timestamp });
export type OutgoingNudge = z.infer<typeof outgoingNudge>;

const lease = z.object({
  holder: z.string(),
  /** Grows by one with every claim: whoever writes with an older one is refused. */
  fence: z.number().int(),
  expiresAt: timestamp,
});
export type Lease = z.infer<typeof lease>;

/**
 * Keeps a migration from its first change until it is let in. Put on it where a rollout policy is stored; absent where none was
 * when it began its first change.
 */
const gate = z.object({
  /** Id of the rollout that it waits for, or that let it in. */
  rollout: z.string(),
  /** Since when it has been waiting for its turn: since it was created, or since its place was given to another. */
  since: timestamp,
  /** It is not its turn before: what it waited for when its place was given to another is looked at again then. */
  notBefore: timestamp.optional(),
  letIn: z.object({ at: timestamp, by: z.enum(['rollout', 'operator']) }).optional(),
});
export type Gate = z.infer<typeof gate>;

/** What a pause was asked for: one shoot by its name, or a scope. */
const PAUSED_BY = ['shoot', 'project', 'namespace', 'all'] as const;

/** As `new-migration.ts` makes it; it becomes part of a document's path. */
export const migrationId = z.string().regex(/^[A-Za-z0-9-]{1,200}$/, 'expected the id of a migration');

export const migrationSchema = z.object({
  id: z.string(),
  shoot: remembered(shoot),
  target: remembered(target),
  plan: remembered(planSchema),
  /** True until the migration has ended; queries for what is to be done look at this. */
  active: z.boolean(),
  /** The step that is to be brought about next; the last one once all are done. */
  position: step,
  status: remembered(status),
  paused: z.boolean(),
  /** What the pause was asked for first, or its own shoot by name; absent where it is not paused, and in earlier versions. */
  pausedBy: z.enum(PAUSED_BY).optional(),
  gate: remembered(gate).optional(),
  /**
   * An operator asked for the way back; taken up at the next safe point, then `position` is `abort`. `from` is the step that
   * was the present one, to which a refusal leads back.
   */
  abort: z.object({ requestedAt: timestamp, from: step }).optional(),
  constraints: remembered(z.array(remembered(constraint)).readonly()),
  maintenanceWindow: z.object({ begin: z.number(), end: z.number() }).optional(),
  steps: remembered(z.array(remembered(stepRecord)).readonly()),
  lease: remembered(lease).optional(),
  fence: z.number().int(),
  wakeAt: timestamp.optional(),
  outbox: remembered(z.array(outgoingNudge).readonly()),
  /** What a step must know again after a crash, e.g. when it asked for the one CoreDNS restart. Set before acting. */
  marks: remembered(z.record(z.string(), z.string()).readonly()),
  /** Number of entries under `history/`; the next one gets this as its index. */
  historyLength: z.number().int(),
  /** Of the last write; tells a writer that got no answer whether its write happened. */
  writeId: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  finishedAt: timestamp.optional(),
});

/** The same, with what holds between its fields. */
export const soundMigrationSchema = migrationSchema.refine(
  ({ position, plan }) => position === ABORT || plan.steps.includes(position),
  { path: ['position'], error: 'expected a step of the plan' },
);

/** Its last act left traffic depending on the next one, as far as anybody knows. */
export function isMidway(migration: Migration): boolean {
  return stepRecordOf(migration, migration.position).midway === true;
}

/** Whether a pause keeps the migration where it is; not in the middle of what traffic depends on. */
export function isHeld(migration: Migration): boolean {
  return migration.paused && !isMidway(migration);
}

/** Whether the present step has to make room for the way back that an operator asked for. */
export function abortIsPending(migration: Migration): boolean {
  return migration.active && migration.abort !== undefined && migration.position !== ABORT;
}

/** Whether anything may have been changed: a step after the preflight has begun. */
export function hasBegun({ steps }: Migration): boolean {
  return steps.some(({ name, startedAt }) => name !== PREFLIGHT && name !== ABORT && startedAt !== undefined);
}

/** Whether a rollout has to let it in before its first change. */
export function isGated({ gate }: Migration): boolean {
  return gate !== undefined && gate.letIn === undefined;
}

/** Whether a run that lives holds the migration at `now` (milliseconds). */
export function isRunning(migration: Migration, now: number): boolean {
  return migration.lease !== undefined && Date.parse(migration.lease.expiresAt) > now;
}

/** Whether nothing after the preflight has begun, so that the plan may still be another one. */
export function onlyPlanned(migration: Migration): boolean {
  const { active, abort, plan } = migration;
  return active && abort === undefined && plan.steps.includes(PREFLIGHT) && !hasBegun(migration);
}

/** The record of one step of this migration. */
export function stepRecordOf(migration: Migration, name: StepName): StepRecord {
  return migration.steps.find((record) => record.name === name) ?? { name, runs: 0, failures: 0 };
}

/** The migration with one step's record changed. */
export function withStepRecord(
  migration: Migration,
  name: StepName,
  change: (record: StepRecord) => StepRecord,
): Migration {
  const record = change(stepRecordOf(migration, name));
  const others = migration.steps.filter((other) => other.name !== name);
  const steps = [...migration.plan.steps, ABORT].flatMap((each) =>
    each === name ? [record] : others.filter((other) => other.name === each),
  );
  return { ...migration, steps };
}

import { z } from 'zod';
import { isRunning, type Migration, type StepRecord, stepRecordOf } from '../migration/migration.ts';
import { findingSchema, STRATEGIES } from '../migration/plan.ts';
import { ABORT, PREFLIGHT, STEP_NAMES, type StepName } from '../migration/steps.ts';
import { constraintRowSchema, fleetRow, fleetRowSchema } from './fleet.ts';
import { progressOf, progressSchema, reasoned, type Why, whySchema } from './why.ts';

const time = z.string().describe('RFC 3339, UTC.');
const strategy = z.enum(STRATEGIES);

/** One step on the time line. */
export const stepViewSchema = z.strictObject({
  name: z.enum(STEP_NAMES),
  state: z
    .enum(['done', 'present', 'ahead', 'left'])
    .describe('`left`: begun, and left for the way back, or not needed any more.'),
  startedAt: time.optional(),
  finishedAt: time.optional(),
  runs: z.int(),
  failures: z.int(),
  lastFailure: z.string().optional(),
  noAnswerSince: time.optional().describe('Since when cloud or cluster have given no answer.'),
  progress: progressSchema.optional(),
  wait: whySchema.extend({ since: time }).optional().describe('What it waits for, or waited for last.'),
});
export type StepView = z.infer<typeof stepViewSchema>;

export const planViewSchema = z.strictObject({
  state: z
    .enum(['not made', 'made', 'of an earlier version'])
    .describe('Migrations that were begun before there was a preflight have steps and a strategy only.'),
  strategy,
  why: z.string(),
  notTaken: z.array(z.strictObject({ strategy, why: z.string() })),
  madeAt: time.optional(),
  steps: z.array(z.enum(STEP_NAMES)),
  findings: z.array(
    z.strictObject({
      ...findingSchema.omit({ rulesOut: true }).shape,
      rulesOut: z.array(strategy).optional().describe('Strategies that cannot be followed for it.'),
      sentence: z.string().optional(),
    }),
  ),
  calls: z.array(z.strictObject({ call: z.string(), count: z.int() })),
  expectedSeconds: z.number().describe('Of migrate-routes.'),
  expectations: z.array(z.string()),
  nodesAtOnce: z.int(),
  wish: strategy.optional(),
  trafficLossAcknowledgedAt: time.optional(),
});

export const migrationViewSchema = fleetRowSchema.extend({
  uid: z.string(),
  running: z.boolean().describe('A function instance holds the lease now.'),
  network: z.string(),
  technicalId: z.string(),
  ranges: z.strictObject({ nodes: z.string(), pods: z.string(), services: z.string() }),
  networkPlugin: z.string(),
  maintenanceWindow: z
    .strictObject({ begin: z.string(), end: z.string() })
    .optional()
    .describe('Times of day in UTC, `HH:MM`; always open when absent.'),
  abort: z.strictObject({ requestedAt: time, from: z.enum(STEP_NAMES) }).optional(),
  rollout: z
    .strictObject({
      id: z.string(),
      waitsSince: time,
      letIn: z.strictObject({ at: time, by: z.enum(['rollout', 'operator']) }).optional(),
    })
    .optional()
    .describe('Whether a rollout has to let it in before anything is changed, and did.'),
  timeline: z.array(stepViewSchema),
  constraints: z.array(constraintRowSchema),
  plan: planViewSchema,
  historyLength: z.int().describe('Entries of the history; the last one has this number less one.'),
});
export type MigrationView = z.infer<typeof migrationViewSchema>;

/** All of one migration but its nodes and its history, at `now` (milliseconds); `turn` as of `fleetRow`. */
export function migrationView(migration: Migration, now: number, turn?: Why): MigrationView {
  const { target, shoot, maintenanceWindow: window, abort, gate } = migration;
  const { network, technicalId, nodes, pods, services, networkType } = target;
  return {
    ...fleetRow(migration, now, turn),
    uid: shoot.uid,
    running: isRunning(migration, now),
    network,
    technicalId,
    ranges: { nodes, pods, services },
    networkPlugin: networkType,
    ...(window && { maintenanceWindow: { begin: clockTime(window.begin), end: clockTime(window.end) } }),
    ...(abort && { abort: { requestedAt: abort.requestedAt, from: abort.from } }),
    ...(gate && {
      rollout: {
        id: gate.rollout,
        waitsSince: gate.since,
        ...(gate.letIn && { letIn: { ...gate.letIn } }),
      },
    }),
    timeline: timeline(migration),
    constraints: migration.constraints.map((constraint) => ({ ...constraint })),
    plan: planView(migration),
    historyLength: migration.historyLength,
  };
}

function timeline(migration: Migration): StepView[] {
  const back = migration.position === ABORT || migration.steps.some(({ name }) => name === ABORT);
  const names: readonly StepName[] = [...migration.plan.steps, ...(back ? ([ABORT] as const) : [])];
  return names.map((name) => stepView(migration, stepRecordOf(migration, name)));
}

function stepView(migration: Migration, record: StepRecord): StepView {
  const { name, startedAt, finishedAt, lastFailure, awaySince, lastWait } = record;
  const state = stateOf(migration, record);
  const progress = state === 'present' ? progressOf(migration) : record.progress;
  return {
    name,
    state,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    runs: record.runs,
    failures: record.failures,
    ...(lastFailure !== undefined && { lastFailure }),
    ...(awaySince !== undefined && { noAnswerSince: awaySince }),
    ...(progress && { progress }),
    ...(lastWait && { wait: { ...reasoned(lastWait, name), since: lastWait.since } }),
  };
}

function stateOf(
  { active, position }: Migration,
  { name, startedAt, finishedAt }: StepRecord,
): StepView['state'] {
  if (active && name === position) return 'present';
  if (finishedAt !== undefined) return 'done';
  return startedAt === undefined ? 'ahead' : 'left';
}

function planView({ plan }: Migration): z.infer<typeof planViewSchema> {
  const { madeAt, wish, trafficLossAcknowledgedAt } = plan;
  return {
    state: stateOfPlan(plan),
    strategy: plan.strategy,
    why: plan.why,
    notTaken: plan.notTaken.map((each) => ({ ...each })),
    ...(madeAt !== undefined && { madeAt }),
    steps: [...plan.steps],
    findings: plan.findings.map(({ rulesOut, ...finding }) => {
      const sentence =
        finding.reason && reasoned({ reason: finding.reason, message: '' }, PREFLIGHT).sentence;
      return { ...finding, ...(rulesOut && { rulesOut: [...rulesOut] }), ...(sentence && { sentence }) };
    }),
    calls: plan.calls.map((each) => ({ ...each })),
    expectedSeconds: plan.expectedSeconds,
    expectations: [...plan.expectations],
    nodesAtOnce: plan.nodesAtOnce,
    ...(wish !== undefined && { wish }),
    ...(trafficLossAcknowledgedAt !== undefined && { trafficLossAcknowledgedAt }),
  };
}

function stateOfPlan({ madeAt, steps }: Migration['plan']): z.infer<typeof planViewSchema>['state'] {
  if (!steps.includes(PREFLIGHT)) return 'of an earlier version';
  return madeAt === undefined ? 'not made' : 'made';
}

/** Seconds of the day as `HH:MM`. */
function clockTime(seconds: number): string {
  const part = (count: number) => String(Math.floor(count)).padStart(2, '0');
  return `${part(seconds / 3_600)}:${part((seconds % 3_600) / 60)}`;
}

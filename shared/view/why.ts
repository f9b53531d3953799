import { z } from 'zod';
import { sentenceOf } from '../explain/index.ts';
import type { Migration } from '../migration/migration.ts';
import { isHeld, stepRecordOf } from '../migration/migration.ts';
import type { Progress } from '../migration/outcome.ts';

/** What a migration waits for, sits out, or is blocked by. */
export const whySchema = z.strictObject({
  reason: z.string().describe('A constant; /api/reasons explains it.'),
  sentence: z.string().optional().describe('The reason’s documented sentence.'),
  message: z.string().describe('What was seen, with names and figures.'),
  remedy: z.string().optional().describe('What a human must do; only where the migration is blocked.'),
});
export type Why = z.infer<typeof whySchema>;

export const progressSchema = z.strictObject({
  done: z.int(),
  total: z.int(),
  unit: z.string().describe('What is counted, in the plural: "nodes dual-stack".'),
});

/** Undefined while nothing is waited for. */
export function whyOf(migration: Migration): Why | undefined {
  const { status, position } = migration;
  switch (status.kind) {
    case 'waiting':
      return reasoned(status, position);
    case 'blocked':
      return { ...reasoned(status, position), remedy: status.remedy };
    case 'running':
      return status.wait === undefined ? undefined : reasoned(status.wait, position);
    default:
      // Paused in the middle of a wait: what it will go on to wait for.
      return isHeld(migration) ? lastWaitOf(migration) : undefined;
  }
}

export function reasoned({ reason, message }: { reason: string; message: string }, step?: string): Why {
  const sentence = sentenceOf(reason, step);
  return { reason, message, ...(sentence !== undefined && { sentence }) };
}

/** Of the present step, as far as anything is counted. */
export function progressOf(migration: Migration): Progress | undefined {
  const { status, position } = migration;
  const shown = status.kind === 'running' || status.kind === 'waiting' ? status.progress : undefined;
  return shown ?? stepRecordOf(migration, position).progress;
}

function lastWaitOf(migration: Migration): Why | undefined {
  const { lastWait } = stepRecordOf(migration, migration.position);
  return lastWait && reasoned(lastWait, migration.position);
}

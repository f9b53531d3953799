import { z } from 'zod';
import { sentenceOf } from '../explain/index.ts';
import { CONSTRAINT_TYPES } from '../migration/constraints.ts';
import { CAUSES, type HistoryEntry } from '../migration/history.ts';
import { STEP_NAMES } from '../migration/steps.ts';

/** One decision or act. */
export const historyLineSchema = z.strictObject({
  n: z.int().describe('Its number, from 0.'),
  at: z.string().describe('RFC 3339, UTC.'),
  by: z.enum(CAUSES).describe('What set it in motion.'),
  who: z
    .strictObject({
      name: z.string(),
      verified: z.boolean().describe('False: as the message claims. True: a signature was checked.'),
    })
    .optional()
    .describe('The operator; entries of earlier versions do not say.'),
  step: z.enum(STEP_NAMES).optional(),
  event: z
    .string()
    .describe('`started`, `acted`, `waiting`, `blocked`, `done`, `paused`, `refused`, `failed`, …'),
  reason: z.string().optional(),
  sentence: z.string().optional().describe('The reason’s documented sentence.'),
  message: z.string(),
  constraint: z
    .strictObject({
      type: z.enum(CONSTRAINT_TYPES),
      status: z.enum(['Progressing', 'True', 'Removed']),
    })
    .optional(),
});
export type HistoryLine = z.infer<typeof historyLineSchema>;

export const historyPageSchema = z.strictObject({
  migration: z.string(),
  entries: z.array(historyLineSchema).describe('Oldest first.'),
  unreadable: z.array(z.int()).describe('Numbers of entries that this version of the product cannot read.'),
  next: z.int().optional().describe('`after` of the next page, where there may be one.'),
});
export type HistoryPage = z.infer<typeof historyPageSchema>;

export function historyLine(n: number, entry: HistoryEntry): HistoryLine {
  const { who, step, reason, constraint, ...rest } = entry;
  const sentence = reason === undefined ? undefined : sentenceOf(reason, step);
  return {
    n,
    at: rest.at,
    by: rest.by,
    event: rest.event,
    message: rest.message,
    ...(who !== undefined && { who: { ...who } }),
    ...(step !== undefined && { step }),
    ...(reason !== undefined && { reason }),
    ...(sentence !== undefined && { sentence }),
    ...(constraint !== undefined && { constraint: { ...constraint } }),
  };
}

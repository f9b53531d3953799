import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { CONSTRAINT_TYPES } from './constraints.ts';
import { STEP_NAMES } from './steps.ts';

/** Who set something in motion. */
export const CAUSES = ['event', 'engine', 'schedule', 'operator'] as const;
export type Cause = (typeof CAUSES)[number];

/**
 * Who did something as an operator. `verified`: the function `operate` checked a signature that says so; else it is what the
 * message claims (Cloud Audit Logs know who published it). Entries of earlier versions have none.
 */
export const whoSchema = z.object({ name: z.string(), verified: z.boolean() });
export type Who = z.infer<typeof whoSchema>;

/** The document `migrations/{id}/history/{n}`: one decision or act, written with the state that it led to. */
export const historyEntrySchema = z.object({
  at: z.iso.datetime().transform((text) => text as Timestamp),
  by: z.enum(CAUSES),
  who: whoSchema.optional(),
  step: z.enum(STEP_NAMES).optional(),
  /** What happened, as a constant: `started`, `acted`, `planned`, `waiting`, `blocked`, `done`, `paused`, `refused`, `failed`, … */
  event: z.string(),
  reason: z.string().optional(),
  message: z.string(),
  /** Set on entries of a constraint that appeared, changed or was taken away. */
  constraint: z
    .object({ type: z.enum(CONSTRAINT_TYPES), status: z.enum(['Progressing', 'True', 'Removed']) })
    .optional(),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

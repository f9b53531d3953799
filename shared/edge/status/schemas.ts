import { z } from 'zod';
import { explanationSchema } from '../../explain/index.ts';
import {
  countsSchema,
  fleetRowSchema,
  historyPageSchema,
  migrationViewSchema,
  nodeCellSchema,
  nodesViewSchema,
  rolloutViewSchema,
  unreadableSchema,
} from '../../view/index.ts';

/** What the API answers beside what `shared/view` describes. */

export const reasonsSchema = z.strictObject({ reasons: z.array(explanationSchema) });

const time = z.string().describe('RFC 3339, UTC, by the clock of the functions.');
const whole = z.boolean().describe('Everything there is; what the client has besides is no more.');

/** The data of each event, by the event’s name. */
export const eventSchemas = {
  fleet: z.strictObject({
    at: time,
    whole,
    total: z.int(),
    counts: countsSchema,
    rows: z.array(fleetRowSchema).describe('In their order where `whole`; else what is new or has changed.'),
    gone: z.array(z.string()).describe('Ids.'),
    unreadable: z.array(unreadableSchema),
  }),
  rollout: rolloutViewSchema,
  migration: z.strictObject({ at: time, migration: migrationViewSchema }),
  history: historyPageSchema,
  nodes: nodesViewSchema
    .omit({ next: true })
    .extend({ whole, cells: z.array(nodeCellSchema), gone: z.array(z.string()).describe('Names.') }),
  alive: z.strictObject({ at: time }),
} as const;

export type EventName = keyof typeof eventSchemas;
export type EventData<Name extends EventName> = z.infer<(typeof eventSchemas)[Name]>;

import { z } from 'zod';
import { PAUSE, RESUME, type Topic } from '../../bus/topics.ts';
import type { Wishes } from '../../engine/nudge.ts';
import { ABORT, type StepName } from '../../migration/steps.ts';

/**
 * The messages that ask for what operators do, over HTTP or by the command line: each is one that an operator could publish by hand.
 */
export interface ActMessage {
  readonly topic: Topic;
  readonly body: object;
}

/** The migration that is meant, and its present step. */
export interface Meant {
  readonly id: string;
  readonly shoot: string;
  readonly step: StepName;
}

/** For one migration. `pause` and `resume` are about its shoot; the others name the migration, so that a later one is not meant. */
export function actMessage(
  act: 'pause' | 'resume' | 'abort' | 'retry',
  { id, shoot, step }: Meant,
  wishes: Partial<Wishes> = {},
): ActMessage {
  switch (act) {
    case 'pause':
      return { topic: PAUSE, body: { shoot } };
    case 'resume':
      return { topic: RESUME, body: { shoot } };
    case 'abort':
      return { topic: ABORT, body: { shoot, migration: id } };
    case 'retry':
      return { topic: step, body: { shoot, migration: id, ...wishes } };
  }
}

/** For all of a scope. `perMinute`: bit by bit, where everything is let go. */
export function scopeMessage(
  { kind, name }: { readonly kind: 'project' | 'namespace' | 'all'; readonly name?: string | undefined },
  held: boolean,
  perMinute?: number,
): ActMessage {
  const meant = { [kind]: kind === 'all' ? true : name };
  return { topic: held ? PAUSE : RESUME, body: { ...meant, ...(perMinute !== undefined && { perMinute }) } };
}

/** What is answered to an act: a message was sent; what becomes of it stands in the history. */
export const sentSchema = z.strictObject({
  act: z.string().describe('The id under which it is on record.'),
  topic: z.string(),
  who: z.strictObject({ name: z.string(), verified: z.boolean() }),
});

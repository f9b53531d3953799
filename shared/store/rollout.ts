import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import { whoSchema } from '../migration/history.ts';
import { rolloutPolicySchema } from '../migration/rollout-policy.ts';
import { DocumentNotUnderstood } from './document-not-understood.ts';
import { DocumentExists, type Documents, StaleDocument, type Version, type Write } from './documents.ts';
import { documentReader } from './reader.ts';

const timestamp = z.iso.datetime().transform((text) => text as Timestamp);

/** A migration for whose sake the rollout stopped. */
const troubleSchema = z.object({
  migration: z.string(),
  shoot: z.string(),
  reason: z.string(),
  message: z.string(),
});
export type Trouble = z.infer<typeof troubleSchema>;

const stateSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running'), since: timestamp }),
  /** Nothing more is let in until somebody says so; what was let in goes on. */
  z.object({
    kind: z.literal('stopped'),
    since: timestamp,
    by: z.enum(['rollout', 'operator']),
    who: whoSchema.optional(),
    reason: z.string(),
    message: z.string(),
    /** What is wrong by now: what going on accepts. What was mended since is not in it any more. */
    troubles: z.array(troubleSchema).readonly(),
  }),
  /** As if none had ever been set; kept for what it remembers. */
  z.object({ kind: z.literal('off'), since: timestamp, who: whoSchema.optional() }),
]);

const eventSchema = z.object({
  at: timestamp,
  event: z.enum(['set', 'changed', 'stopped', 'went on', 'off']),
  message: z.string(),
  who: whoSchema.optional(),
});
export type RolloutEvent = z.infer<typeof eventSchema>;

/** The document `fleet/rollout`: the policy, and how far the rollout is that it governs. */
const rolloutSchema = z.object({
  /** One for all changes of a policy; another once it was off. */
  id: z.string(),
  policy: rolloutPolicySchema,
  setAt: timestamp,
  who: whoSchema.optional(),
  state: stateSchema,
  /** Canaries that were seen to have succeeded: nobody need look again. */
  passed: z.array(z.string()).readonly(),
  /** Migrations with which something was wrong and somebody said to go on all the same. */
  accepted: z.array(z.object({ migration: z.string(), shoot: z.string() })).readonly(),
  /**
   * How many were let in, and by which look at the fleet the last one was. Each is written with the migration that is let in, so
   * that of two looks at once one is refused.
   */
  lettings: z.object({ count: z.number().int(), by: z.string() }),
  /** Messages that were dealt with: the bus may bring one again after a later one. The last ones only. */
  handled: z.array(z.string()).readonly(),
  events: z.array(eventSchema).readonly(),
});
export type Rollout = z.infer<typeof rolloutSchema>;

const ROLLOUT_PATH = 'fleet/rollout';
/** A migration waits for this one where the document is damaged: until a policy is set anew nothing is let in. */
const UNKNOWN_ROLLOUT = 'unknown';
/** What is kept of messages, events and acceptances; more is of no use to anybody. */
export const MOST_KEPT = 50;
export const MOST_ACCEPTED = 1_000;

const readRollout = documentReader(rolloutSchema);

export interface KeptRollout {
  readonly rollout: Rollout;
  readonly version: Version;
}

/** Undefined before a policy was ever set. @throws DocumentNotUnderstood, StoreUnavailable */
export async function keptRollout(documents: Documents): Promise<KeptRollout | undefined> {
  const document = await documents.get(ROLLOUT_PATH);
  return document && { rollout: readRollout(document), version: document.version };
}

/**
 * Id of the rollout that has to let a migration in before its first change; undefined where none has to. @throws StoreUnavailable
 */
export async function rolloutToWaitFor(documents: Documents): Promise<string | undefined> {
  try {
    const kept = await keptRollout(documents);
    return kept === undefined || kept.rollout.state.kind === 'off' ? undefined : kept.rollout.id;
  } catch (error) {
    if (error instanceof DocumentNotUnderstood) return UNKNOWN_ROLLOUT;
    throw error;
  }
}

/** The write that replaces a rollout if nobody else has. */
export function rolloutWrite(rollout: Rollout, ifVersion: Version): Write {
  return { kind: 'replace', path: ROLLOUT_PATH, fields: toFields(rollout), ifVersion };
}

const MOST_ATTEMPTS = 8;

/**
 * Changes the rollout: `decide` is given what is stored now, `damaged` where that cannot be understood, and says what shall be, or
 * undefined to leave it. Called again when somebody else wrote in between.
 *
 * @throws StoreUnavailable; StaleDocument when others kept writing
 */
export async function changeRollout(
  documents: Documents,
  decide: (current: Rollout | 'damaged' | undefined) => Rollout | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const document = await documents.get(ROLLOUT_PATH);
    const next = decide(document && understood(document));
    if (next === undefined) return;
    const fields = toFields(next);
    try {
      await documents.commit([
        document === undefined
          ? { kind: 'create', path: ROLLOUT_PATH, fields }
          : { kind: 'replace', path: ROLLOUT_PATH, fields, ifVersion: document.version },
      ]);
      return;
    } catch (error) {
      const contended = error instanceof StaleDocument || error instanceof DocumentExists;
      if (!contended || attempt >= MOST_ATTEMPTS) throw error;
    }
  }
}

function understood(document: Parameters<typeof readRollout>[0]): Rollout | 'damaged' {
  try {
    return readRollout(document);
  } catch (error) {
    if (error instanceof DocumentNotUnderstood) return 'damaged';
    throw error;
  }
}

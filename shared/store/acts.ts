import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import { type Who, whoSchema } from '../migration/history.ts';
import { DocumentExists, type Documents, StaleDocument } from './documents.ts';
import { documentReader } from './reader.ts';

/**
 * The document `acts/{id}`: something that an operator asked for, written before it is asked for or done. Two things need it: what
 * concerns a whole project or namespace stands in no migration's history; and a message cannot prove who sent it. The function
 * `operate` checks that, writes it here, where only functions write, and names the document in its message.
 */
const actSchema = z.object({
  at: z.iso.datetime().transform((text) => text as Timestamp),
  /** Topic of the message that asks for it, and that message's data. */
  topic: z.string(),
  text: z.string(),
  who: whoSchema.optional(),
  /** The message that it became; a second one that names it is a copy, made by whoever saw the first. */
  messageId: z.string().optional(),
  /** When all was done that it asks for; the bus may bring its message once more, after others. */
  doneAt: z.iso
    .datetime()
    .transform((text) => text as Timestamp)
    .optional(),
});
export type Act = z.infer<typeof actSchema>;

const readAct = documentReader(actSchema);

/** As {@link actPath} takes it; part of a document's path. */
export const actId = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/, 'expected the id of an act');

/** Puts an act on record; one that is there already stays as it is. */
export async function recordAct(documents: Documents, id: string, act: Act): Promise<void> {
  try {
    await documents.commit([{ kind: 'create', path: actPath(id), fields: toFields(act) }]);
  } catch (error) {
    // The same message again, or the same commit.
    if (!(error instanceof DocumentExists)) throw error;
  }
}

/** What a message claims to be: the act of this id, on this topic, with this data. */
export interface ActClaim {
  readonly id: string;
  readonly topic: string;
  readonly text: string;
  readonly messageId: string;
}

const MOST_ATTEMPTS = 4;

/**
 * Who is behind the message, if the act on record is the one that it asks for; undefined if not. The first message that names
 * an act takes it: it may come again, another one with another id may not.
 */
export async function whoseAct(documents: Documents, claim: ActClaim): Promise<Who | undefined> {
  const path = actPath(claim.id);
  for (let attempt = 1; ; attempt += 1) {
    const document = await documents.get(path);
    if (document === undefined) return undefined;
    const act = readAct(document);
    if (act.topic !== claim.topic || act.text !== claim.text) return undefined;
    if (act.messageId !== undefined) return act.messageId === claim.messageId ? act.who : undefined;
    const fields = toFields({ ...act, messageId: claim.messageId });
    try {
      await documents.commit([{ kind: 'replace', path, fields, ifVersion: document.version }]);
      return act.who;
    } catch (error) {
      if (!(error instanceof StaleDocument) || attempt >= MOST_ATTEMPTS) throw error;
    }
  }
}

/** Whether all was done already that the act asks for. @throws DocumentNotUnderstood, StoreUnavailable */
export async function isActDone(documents: Documents, id: string): Promise<boolean> {
  const document = await documents.get(actPath(id));
  return document !== undefined && readAct(document).doneAt !== undefined;
}

/** Notes that all was done. May be repeated. @throws StoreUnavailable, StaleDocument */
export async function noteActDone(documents: Documents, id: string, doneAt: Timestamp): Promise<void> {
  const path = actPath(id);
  const document = await documents.get(path);
  if (document === undefined) return;
  const act = readAct(document);
  if (act.doneAt !== undefined) return;
  const fields = toFields({ ...act, doneAt });
  await documents.commit([{ kind: 'replace', path, fields, ifVersion: document.version }]);
}

function actPath(id: string): string {
  return `acts/${id}`;
}

import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import { type Who, whoSchema } from '../migration/history.ts';
import { DocumentNotUnderstood } from './document-not-understood.ts';
import { type Documents, MAX_LIST, type Version, type Write } from './documents.ts';
import { pageByPage } from './page-by-page.ts';
import { documentReader } from './reader.ts';

/** All shoots whose infrastructure is in a GCP project, or whose manifests are in a namespace of the garden; or all there are. */
export interface Scope {
  readonly kind: 'project' | 'namespace' | 'all';
  readonly name: string;
}

/** Everything: one switch. */
export const ALL: Scope = { kind: 'all', name: 'shoots' };

/** A hold that is being ended bit by bit, by the tick. */
const releaseSchema = z.object({
  perMinute: z.number().int().min(1),
  since: z.iso.datetime().transform((text) => text as Timestamp),
  who: whoSchema.optional(),
  /** How many went on in which minute since; and by which look at the fleet the last one did. */
  minute: z.number().int(),
  inMinute: z.number().int(),
  count: z.number().int(),
  by: z.string(),
});
export type Release = z.infer<typeof releaseSchema>;

/** The document `holds/{kind}:{name}`: everything in this scope is paused, also what starts later. */
const holdSchema = z.object({
  kind: z.enum(['project', 'namespace', 'all']),
  name: z.string(),
  since: z.iso.datetime().transform((text) => text as Timestamp),
  who: whoSchema.optional(),
  release: releaseSchema.optional(),
});
export type Hold = z.infer<typeof holdSchema>;

const readHold = documentReader(holdSchema);

/**
 * Holds the scope; one that is held already keeps its time. What cannot be read is written anew, and so is what was being let go.
 * May be repeated.
 */
export async function putHold(
  documents: Documents,
  scope: Scope,
  since: Timestamp,
  who?: Who,
): Promise<void> {
  const present = await holdOf(documents, scope).catch((error: unknown) => {
    // Whoever asks for a standstill gets one, whatever happened to the last.
    if (error instanceof DocumentNotUnderstood) return undefined;
    throw error;
  });
  if (present !== undefined && present.release === undefined) return;
  const { kind, name } = scope;
  await documents.commit([
    { kind: 'put', path: holdPath(scope), fields: toFields({ kind, name, since, who }) },
  ]);
}

/**
 * Ends a hold bit by bit: the tick does so. One that is being ended goes on at the new pace. False when there is none.
 *
 * @throws StaleDocument when somebody else changed it at the same time, DocumentNotUnderstood, StoreUnavailable
 */
export async function releaseHold(
  documents: Documents,
  scope: Scope,
  asked: Pick<Release, 'perMinute' | 'since' | 'who'>,
): Promise<boolean> {
  const kept = await keptHold(documents, scope);
  if (kept === undefined) return false;
  const { hold, version } = kept;
  const begun: Release = { minute: 0, inMinute: 0, count: 0, by: '', ...asked };
  const release = hold.release === undefined ? begun : { ...hold.release, perMinute: asked.perMinute };
  await documents.commit([holdWrite(scope, { ...hold, release }, version)]);
  return true;
}

/** Nothing happens when there is none. */
export async function removeHold(documents: Documents, scope: Scope): Promise<void> {
  await documents.commit([{ kind: 'delete', path: holdPath(scope) }]);
}

/** The first of the scopes that is held, undefined when none is. */
export async function firstHold(documents: Documents, scopes: readonly Scope[]): Promise<Hold | undefined> {
  const holds = await Promise.all(scopes.map((scope) => holdOf(documents, scope)));
  return holds.find((each) => each !== undefined);
}

/** A hold with what it is replaced by. */
export interface KeptHold {
  readonly hold: Hold;
  readonly version: Version;
}

/** @throws DocumentNotUnderstood, StoreUnavailable */
export async function keptHold(documents: Documents, scope: Scope): Promise<KeptHold | undefined> {
  const document = await documents.get(holdPath(scope));
  return document && { hold: readHold(document), version: document.version };
}

/**
 * Every hold there is. One that cannot be understood is thrown, or handed to `unreadable` and left out.
 *
 * @throws DocumentNotUnderstood, StoreUnavailable
 */
export async function everyHold(
  documents: Documents,
  unreadable?: (id: string, error: DocumentNotUnderstood) => void,
): Promise<readonly KeptHold[]> {
  return await pageByPage(documents, 'holds', { limit: MAX_LIST }, (document) => {
    try {
      return { hold: readHold(document), version: document.version };
    } catch (error) {
      if (unreadable === undefined || !(error instanceof DocumentNotUnderstood)) throw error;
      unreadable(document.id, error);
      return undefined;
    }
  });
}

/** The write that replaces a hold, or ends it, if nobody else has. */
export function holdWrite(scope: Scope, hold: Hold | undefined, ifVersion: Version): Write {
  const path = holdPath(scope);
  return hold === undefined
    ? { kind: 'delete', path, ifVersion }
    : { kind: 'replace', path, fields: toFields(hold), ifVersion };
}

/** As it stands in a sentence. */
export function scopeInWords({ kind, name }: Scope): string {
  return kind === 'all' ? 'everything' : `the ${kind} ${name}`;
}

async function holdOf(documents: Documents, scope: Scope): Promise<Hold | undefined> {
  return (await keptHold(documents, scope))?.hold;
}

function holdPath({ kind, name }: Scope): string {
  return `holds/${kind}:${name}`;
}

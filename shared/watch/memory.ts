import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { DocumentNotUnderstood } from '../store/document-not-understood.ts';
import type { Documents, Version } from '../store/documents.ts';
import { writeUnlessStale } from '../store/unless-stale.ts';

/**
 * What was last seen of all Shoots, in the documents `watched/{00…31}`, each with the Shoots whose UID falls to it.
 *
 * `shoots/{uid}` does not serve for this. It says what intake took in, of Shoots that an event told of; the watch must also know
 * those of which there is nothing to tell, or everything would be new at every look. And to read one document for each of 5,000
 * Shoots every minute would cost seven million reads a day: here it is 32 a minute, and one write for what changed.
 */
const SHARDS = 32;

const seenShootSchema = z.object({
  /** Those that intake could be told of. */
  families: z.array(z.string()),
  /** Others that it has since, in a manifest that cannot be understood. */
  pending: z.array(z.string()).optional(),
  /** Reason for which a migration would be refused. */
  obstacle: z.string().optional(),
  /** Since when it has not been listed any more. */
  goneSince: z.iso
    .datetime()
    .transform((text) => text as Timestamp)
    .optional(),
});
/** By UID: a Shoot that was deleted and created anew under its name is another one. */
const seenShootsSchema = z.record(z.string(), seenShootSchema);
const documentSchema = z.object({
  /** JSON in one text, so that the store does not index some hundred fields of each document at every write. */
  shoots: z.string(),
  updatedAt: z.iso.datetime(),
});

export interface SeenShoot {
  readonly families: readonly string[];
  readonly pending?: readonly string[] | undefined;
  readonly obstacle?: string | undefined;
  readonly goneSince?: Timestamp | undefined;
}
export type SeenShoots = ReadonlyMap<string, SeenShoot>;

/** A part of the memory, as it was read. */
export interface Shard {
  readonly name: string;
  readonly seen: SeenShoots;
  /** Undefined where nothing has been remembered yet. */
  readonly version: Version | undefined;
}

export const SHARD_NAMES: readonly string[] = Array.from({ length: SHARDS }, (_, number) =>
  String(number).padStart(2, '0'),
);

/** The name of the shard that a Shoot falls to; evenly, whatever its UID looks like. */
export function shardOf(uid: string): string {
  const [byte = 0] = createHash('sha256').update(uid).digest();
  return String(byte % SHARDS).padStart(2, '0');
}

/** @throws DocumentNotUnderstood, StoreUnavailable. */
export async function readShard(documents: Documents, name: string): Promise<Shard> {
  const path = shardPath(name);
  const document = await documents.get(path);
  if (document === undefined) return { name, seen: new Map(), version: undefined };
  const parsed = documentSchema.safeParse(document.fields);
  if (!parsed.success) throw new DocumentNotUnderstood(path, parsed.error);
  return { name, seen: seenIn(path, parsed.data.shoots), version: document.version };
}

/**
 * Replaces a shard unless somebody else did since it was read; whether it was replaced.
 *
 * @throws StoreUnavailable, DocumentTooLarge (beyond some 200,000 Shoots).
 */
export async function writeShard(
  documents: Documents,
  { name, version }: Shard,
  seen: SeenShoots,
  updatedAt: Timestamp,
): Promise<boolean> {
  const content = { shoots: JSON.stringify(Object.fromEntries(seen)), updatedAt };
  return await writeUnlessStale(documents, shardPath(name), content, version);
}

function seenIn(path: string, text: string): SeenShoots {
  const read = z
    .string()
    .transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.addIssue({ code: 'custom', path: ['shoots'], message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(seenShootsSchema)
    .safeParse(text);
  if (!read.success) throw new DocumentNotUnderstood(path, read.error);
  return new Map(Object.entries(read.data));
}

function shardPath(name: string): string {
  return `watched/${name}`;
}

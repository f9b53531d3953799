import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { migrationId } from '../migration/migration.ts';
import { type Documents, MAX_LIST, type Version } from '../store/documents.ts';
import { expiry } from '../store/expiry.ts';
import { pageByPage } from '../store/page-by-page.ts';
import { ownReader } from '../store/reader.ts';
import { writeUnlessStale } from '../store/unless-stale.ts';
import { wordingOf } from './constraints.ts';
import { printOf, type Trace, traceSchema } from './trace.ts';

/**
 * The document `reflections/{migration}`: what was written back of a migration, and whether anything is left to be. A document of
 * its own, since the migration's is the one who holds the lease writes.
 */
const reflectionSchema = z.object({
  migration: migrationId,
  /** False once the last word on an ended migration is written, or given up. */
  open: z.boolean(),
  annotations: traceSchema,
  constraints: traceSchema,
  updatedAt: z.iso.datetime().transform((text) => text as Timestamp),
});
type StoredReflection = z.infer<typeof reflectionSchema>;
export type Reflection = Omit<StoredReflection, 'updatedAt'>;

const readReflection = ownReader(reflectionSchema, 'migration');

/** What is remembered, with what it is replaced by. */
export interface KeptReflection {
  readonly reflection: Reflection;
  /** Undefined before anything was remembered. */
  readonly version: Version | undefined;
}

/** Of a migration of which nothing was written back yet. */
export function nothingReflected(migration: string): Reflection {
  const none = { landed: false, setbacks: 0 };
  return {
    migration,
    open: true,
    // Whatever an earlier migration of the Shoot left there is ours.
    annotations: { ...none, ours: [] },
    // Constraints that are there already are Gardener's: it began a migration of its own.
    constraints: { ...none, ours: [NO_CONSTRAINTS], landed: true },
  };
}

/** The print of a Shoot's constraints where none is of a migration. */
export const NO_CONSTRAINTS = printOf(wordingOf([]));

/** @throws DocumentNotUnderstood, StoreUnavailable. */
export async function keptReflection(documents: Documents, migration: string): Promise<KeptReflection> {
  const document = await documents.get(reflectionPath(migration));
  if (document === undefined) return { reflection: nothingReflected(migration), version: undefined };
  return { reflection: readReflection(document), version: document.version };
}

/** Ids of migrations of which something is still to be written back, as far as anything was before. */
export async function openReflections(documents: Documents): Promise<readonly string[]> {
  const query = { where: { field: 'open', equals: true }, limit: MAX_LIST };
  return await pageByPage(documents, 'reflections', query, ({ id }) => id);
}

/**
 * Remembers, unless somebody else did since; then undefined. Once nothing is left to be written, nobody reads it again but who
 * looks into it by hand, and it goes after a while.
 *
 * @throws StoreUnavailable
 */
export async function keepReflection(
  documents: Documents,
  { version }: KeptReflection,
  reflection: Reflection,
  updatedAt: Timestamp,
): Promise<KeptReflection | undefined> {
  const path = reflectionPath(reflection.migration);
  const content = {
    ...reflection,
    updatedAt,
    ...(!reflection.open && expiry('reflections', updatedAt)),
  };
  if (!(await writeUnlessStale(documents, path, content, version))) return undefined;
  const stored = await documents.get(path);
  return stored === undefined ? undefined : { reflection, version: stored.version };
}

/** Nothing more is to be written back of this migration. May be repeated. @throws DocumentNotUnderstood, StoreUnavailable */
export async function closeReflection(documents: Documents, migration: string, at: Timestamp): Promise<void> {
  const kept = await keptReflection(documents, migration);
  if (kept.version === undefined || !kept.reflection.open) return;
  await keepReflection(documents, kept, { ...kept.reflection, open: false }, at);
}

export function isSameTrace(a: Trace, b: Trace): boolean {
  return printOf(a) === printOf(b);
}

function reflectionPath(migration: string): string {
  return `reflections/${migration}`;
}

import { z } from 'zod';
import type { Timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import { type Who, whoSchema } from '../migration/history.ts';
import { DocumentNotUnderstood } from './document-not-understood.ts';
import type { Documents } from './documents.ts';
import { documentReader } from './reader.ts';

/** All shoots whose infrastructure is in a GCP project, or whose manifests are in a namespace of the garden. */
export interface Scope {
  readonly kind: 'project' | 'namespace';
  readonly name: string;
}

/** The document `holds/{kind}:{name}`: everything in this scope is paused, also what starts later. */
const holdSchema = z.object({
  kind: z.enum(['project', 'namespace']),
  name: z.string(),
  since: z.iso.datetime().transform((text) => text as Timestamp),
  who: whoSchema.optional(),
});
export type Hold = z.infer<typeof holdSchema>;

const readHold = documentReader(holdSchema);

/** Holds the scope; one that is held already keeps its time. What cannot be read is written anew. May be repeated. */
export async function putHold(
  documents: Documents,
  scope: Scope,
  since: Timestamp,
  who?: Who,
): Promise<void> {
  const present = await hold(documents, scope).catch((error: unknown) => {
    // Whoever asks for a standstill gets one, whatever happened to the last.
    if (error instanceof DocumentNotUnderstood) return undefined;
    throw error;
  });
  if (present !== undefined) return;
  const { kind, name } = scope;
  await documents.commit([
    { kind: 'put', path: holdPath(scope), fields: toFields({ kind, name, since, who }) },
  ]);
}

/** Nothing happens when there is none. */
export async function removeHold(documents: Documents, scope: Scope): Promise<void> {
  await documents.commit([{ kind: 'delete', path: holdPath(scope) }]);
}

/** The first of the scopes that is held, undefined when none is. */
export async function firstHold(documents: Documents, scopes: readonly Scope[]): Promise<Hold | undefined> {
  const holds = await Promise.all(scopes.map((scope) => hold(documents, scope)));
  return holds.find((each) => each !== undefined);
}

async function hold(documents: Documents, scope: Scope): Promise<Hold | undefined> {
  const document = await documents.get(holdPath(scope));
  return document === undefined ? undefined : readHold(document);
}

function holdPath({ kind, name }: Scope): string {
  return `holds/${kind}:${name}`;
}

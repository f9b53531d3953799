import { z } from 'zod';
import { BusUnavailable } from '../../../../shared/bus/bus.ts';
import type { Json, Version, Write } from '../../../../shared/store/documents.ts';
import { DocumentExists, StaleDocument } from '../../../../shared/store/documents.ts';

/** What travels between {@link remoteDocuments}, {@link remoteBus} and the server: JSON bodies, one path per call. */

// z.json() would build each object anew by assignment, which loses a field named __proto__; JSON.parse made these
// values, so being an object is all there is to check.
const fields = z.custom<{ readonly [key: string]: Json }>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);
const version = z.custom<Version>((value) => typeof value === 'string', 'expected a version');
const path = z.string();

const write = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create'), path, fields }),
  z.object({ kind: z.literal('put'), path, fields }),
  z.object({ kind: z.literal('replace'), path, fields, ifVersion: version }),
  z.object({ kind: z.literal('delete'), path, ifVersion: version.exactOptional() }),
]) satisfies z.ZodType<Write>;

export const getRequest = z.object({ path });
export const listRequest = z.object({
  collection: z.string(),
  query: z.object({
    where: z
      .object({ field: z.string(), equals: z.union([z.string(), z.number(), z.boolean()]) })
      .exactOptional(),
    limit: z.int().positive().exactOptional(),
    after: z.string().exactOptional(),
  }),
});
export const commitRequest = z.object({ writes: z.array(write) });
export const publishRequest = z.object({
  topic: z.string(),
  message: z.object({
    body: z.custom<object>((value) => typeof value === 'object' && value !== null, 'expected an object'),
    attributes: z.record(z.string(), z.string()).exactOptional(),
  }),
});

const versionedDocument = z.object({ path, id: z.string(), fields, version });
export const getAnswer = z.object({ document: versionedDocument.optional() });
export const listAnswer = z.object({ documents: z.array(versionedDocument) });
/** JSON has no undefined: of what was deleted it says null. */
export const commitAnswer = z.object({ versions: z.array(version.nullable()) });
export const doneAnswer = z.object({});

const wireError = z.object({
  error: z.object({ name: z.string(), message: z.string(), path: z.string().optional() }),
});

/** An error as it travels. */
export function errorToWire(error: unknown): z.infer<typeof wireError> {
  if (!(error instanceof Error)) return { error: { name: 'Error', message: String(error) } };
  const { name, message } = error;
  const conflict = error instanceof DocumentExists || error instanceof StaleDocument;
  return { error: { name, message, ...(conflict && { path: error.path }) } };
}

/** The error that {@link errorToWire} was given, as far as callers tell errors apart. */
export function errorFromWire(answer: unknown): Error {
  const { name, message, path: document = '' } = wireError.parse(answer).error;
  switch (name) {
    case 'DocumentExists':
      return new DocumentExists(document);
    case 'StaleDocument':
      return new StaleDocument(document);
    case 'BusUnavailable':
      return new BusUnavailable(message);
    case 'TypeError':
      return new TypeError(message);
    default:
      return new Error(message);
  }
}

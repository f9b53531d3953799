import type { z } from 'zod';
import { frozen, isFrozenJson } from '../frozen-json.ts';
import { DocumentNotUnderstood } from './document-not-understood.ts';
import type { Fields, VersionedDocument } from './documents.ts';

/** What a document says, frozen to the bottom. */
export type Reader<Item> = (document: Pick<VersionedDocument, 'path' | 'fields'>) => Item;

/**
 * Reads documents of one kind. Fields that cannot have changed are understood once, however often a store hands them out.
 *
 * The reader throws a {@link DocumentNotUnderstood} that names the document and the fields when what is stored is not what this version of the
 * product understands.
 */
export function documentReader<Item extends object>(schema: z.ZodType<Item>): Reader<Item> {
  const understood = new WeakMap<Fields, Item>();
  return ({ path, fields }) => {
    const before = understood.get(fields);
    if (before !== undefined) return before;
    const parsed = schema.safeParse(fields);
    if (!parsed.success) {
      throw new DocumentNotUnderstood(path, parsed.error);
    }
    const item = frozen(parsed.data);
    if (isFrozenJson(fields)) understood.set(fields, item);
    return item;
  };
}

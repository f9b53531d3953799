import { z } from 'zod';
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

/**
 * The same for documents that say their own id once more, in `field`: with another one they would be written over what is
 * not theirs.
 */
export function ownReader<Field extends string, Item extends Readonly<Record<Field, string>>>(
  schema: z.ZodType<Item>,
  field: Field,
): Reader<Item> {
  const read = documentReader(schema);
  return (document) => {
    const item = read(document);
    const id = item[field];
    if (document.path.endsWith(`/${id}`) && !id.includes('/')) return item;
    const message = 'expected the id of the document itself';
    throw new DocumentNotUnderstood(
      document.path,
      new z.ZodError([{ code: 'custom', path: [field], message, input: id }]),
    );
  };
}

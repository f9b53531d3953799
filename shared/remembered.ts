import { z } from 'zod';
import { frozen, isFrozenJson } from './frozen-json.ts';

/**
 * The same schema for a part of a document that seldom changes: what cannot have changed since it was read is not read again,
 * and what was made of it is the same object as before. Only for a schema that makes of its own results what they are
 * already, as ours do: they brand texts and fill in what is missing.
 */
export function remembered<Part extends object>(schema: z.ZodType<Part>) {
  const parts = new WeakMap<object, Part>();
  return z.unknown().transform((value, context): Part => {
    const isObject = typeof value === 'object' && value !== null;
    const before = isObject ? parts.get(value) : undefined;
    if (before !== undefined) return before;
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) {
        context.issues.push({ code: 'custom', path: [...path], message, input: value });
      }
      return z.NEVER;
    }
    const isFixed = isObject && isFrozenJson(value);
    // What is read as it stands needs no second object, which would have to be frozen, stored and compared like the first.
    const part = isFixed && isAsItStands(parsed.data, value) ? value : frozen(parsed.data);
    if (isFixed) parts.set(value, part);
    if (part !== value && isFrozenJson(part)) parts.set(part, part);
    return part;
  });
}

/** Whether both say the same in the same order. */
function isAsItStands<Part>(read: Part, value: unknown): value is Part {
  if (Object.is(read, value)) return true;
  if (typeof read !== 'object' || typeof value !== 'object' || read === null || value === null) return false;
  if (Array.isArray(read) !== Array.isArray(value)) return false;
  const names = Object.keys(value);
  const namesRead = Object.keys(read);
  return (
    names.length === namesRead.length &&
    names.every(
      (name, index) =>
        name === namesRead[index] && isAsItStands<unknown>(Reflect.get(read, name), Reflect.get(value, name)),
    )
  );
}

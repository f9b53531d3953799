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
    const part = frozen(parsed.data);
    if (isFrozenJson(part)) parts.set(part, part);
    if (isObject && isFrozenJson(value)) parts.set(value, part);
    return part;
  });
}

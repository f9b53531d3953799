import { z } from 'zod';
import type { Json } from '../object/json.ts';
import { isArray, isObject, sameJson } from '../object/json.ts';
import { ApiError, badRequest } from '../rules/errors.ts';

const anyJson = z.custom<Json | undefined>();
const operations = z.array(
  z.object({
    op: z.enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
    path: z.string(),
    from: z.string().optional(),
    value: anyJson.optional(),
  }),
);
type Operation = z.infer<typeof operations>[number];

/**
 * JSON Patch (RFC 6902), all operations or none.
 *
 * @throws ApiError 400 for a malformed patch, 422 when an operation does not apply (a failed `test`, a missing path).
 */
export function jsonPatch(target: Json, patch: Json): Json {
  const parsed = operations.safeParse(patch);
  if (isArray(patch) && !parsed.success) throw unprocessable();
  if (!parsed.success) throw badRequest(`error decoding patch: ${z.prettifyError(parsed.error)}`);
  return parsed.data.reduce<Json>(applyOperation, target);
}

function applyOperation(document: Json, operation: Operation): Json {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
      return edit(document, path, 'add', operation.value ?? null);
    case 'replace':
      return edit(document, path, 'replace', operation.value ?? null);
    case 'remove':
      return edit(document, path, 'remove', null);
    case 'copy':
      return edit(document, path, 'add', read(document, pointer(operation.from ?? '')));
    case 'move': {
      const from = pointer(operation.from ?? '');
      return edit(edit(document, from, 'remove', null), path, 'add', read(document, from));
    }
    case 'test':
      if (sameJson(read(document, path), operation.value ?? null)) return document;
      throw unprocessable();
  }
}

function pointer(text: string): readonly string[] {
  if (text === '') return [];
  if (!text.startsWith('/')) throw badRequest(`error decoding patch: "${text}" is not a JSON pointer`);
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: Json, path: readonly string[]): Json {
  let found: Json | undefined = document;
  for (const part of path) {
    if (isArray(found)) found = found[Number(part)];
    else found = isObject(found) ? found[part] : undefined;
    if (found === undefined) throw unprocessable();
  }
  return found;
}

function edit(
  document: Json,
  path: readonly string[],
  action: 'add' | 'replace' | 'remove',
  value: Json,
): Json {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (isArray(document)) return editList(document, part, rest, action, value);
  if (!isObject(document)) throw unprocessable();
  const present = document[part];
  if (rest.length > 0) {
    if (present === undefined) throw unprocessable();
    return { ...document, [part]: edit(present, rest, action, value) };
  }
  // The library of the real server does not look whether what it replaces is there.
  if (action === 'remove' && present === undefined) throw unprocessable();
  if (action !== 'remove') return { ...document, [part]: value };
  const { [part]: _removed, ...kept } = document;
  return kept;
}

function editList(
  list: readonly Json[],
  part: string,
  rest: readonly string[],
  action: 'add' | 'replace' | 'remove',
  value: Json,
): Json {
  const index = part === '-' ? list.length : Number(part);
  const last = action === 'add' && rest.length === 0 ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > last) throw unprocessable();
  if (rest.length > 0) return list.with(index, edit(list[index] ?? null, rest, action, value));
  if (action === 'replace') return list.with(index, value);
  return action === 'add' ? list.toSpliced(index, 0, value) : list.toSpliced(index, 1);
}

/** The real server answers an inapplicable JSON patch with 422, and does not say what was wrong. */
function unprocessable(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request');
}

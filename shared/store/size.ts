import { isFrozenJson } from '../frozen-json.ts';
import type { DocumentPath, Fields, Json } from './documents.ts';

// Firestore's "Storage size calculations"; the emulator's refusals agree to the byte (an empty map counts 1 there).
const NAME_OVERHEAD = 16;
const DOCUMENT_OVERHEAD = 32;

/** Bytes that Firestore counts for the document: its name, field names, values and a fixed overhead. */
export function documentBytes(path: DocumentPath, fields: Fields): number {
  const name = path.split('/').reduce((sum, segment) => sum + textBytes(segment), NAME_OVERHEAD);
  return name + mapBytes(fields) + DOCUMENT_OVERHEAD;
}

/** Bytes of the largest single field value. Firestore refuses one above 1 MiB - 89 bytes (without a text's end mark). */
export function largestFieldBytes(fields: Fields): number {
  return Object.values(fields).reduce<number>((largest, value) => {
    const bytes = typeof value === 'string' ? textBytes(value) - 1 : valueBytes(value);
    return Math.max(largest, bytes);
  }, 0);
}

function textBytes(text: string): number {
  return Buffer.byteLength(text, 'utf8') + 1;
}

function valueBytes(value: Json): number {
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'number') return 8;
  if (typeof value === 'string') return textBytes(value);
  const before = measured.get(value);
  if (before !== undefined) return before;
  const bytes = isList(value)
    ? value.reduce<number>((sum, item) => sum + valueBytes(item), 0)
    : Math.max(1, mapBytes(value));
  if (isFrozenJson(value)) measured.set(value, bytes);
  return bytes;
}

/** Bytes of lists and maps that cannot have changed since they were counted. */
const measured = new WeakMap<object, number>();

function mapBytes(map: Fields): number {
  return Object.entries(map).reduce((sum, [name, value]) => sum + textBytes(name) + valueBytes(value), 0);
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

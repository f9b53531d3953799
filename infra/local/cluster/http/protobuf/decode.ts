import type { Json, JsonObject } from '../../object/json.ts';
import { isObject, stringAt } from '../../object/json.ts';
import { MESSAGES } from './messages.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const MAGIC = 'k8s\u0000';

interface Field {
  readonly name: string;
  readonly type: string;
  readonly many: boolean;
  /** Sent only when set, so that an empty value means just that. */
  readonly optional: boolean;
}

/** A value as it stands on the wire: a number, or bytes whose meaning the field knows. */
type Wire = bigint | Uint8Array;

/**
 * An object in the API's binary encoding, a `runtime.Unknown` behind four letters, as JSON.
 *
 * @throws RangeError for bytes that are none, for kinds that are not in `messages.ts`, and for fields of theirs that are
 *   not: what cannot be read is not left out silently.
 */
export function decodeProtobuf(bytes: Uint8Array): Json {
  const text = Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1');
  if (text !== MAGIC)
    throw new RangeError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  let type: JsonObject = {};
  let raw: Uint8Array = new Uint8Array();
  for (const [number, value] of fieldsIn(bytes.subarray(MAGIC.length))) {
    if (number === 1 && typeof value !== 'bigint') type = message('TypeMeta', value);
    if (number === 2 && typeof value !== 'bigint') raw = value;
  }
  const [apiVersion, kind] = [stringAt(type, 'apiVersion') ?? '', stringAt(type, 'kind') ?? ''];
  return { apiVersion, kind, ...message(kind, raw) };
}

function message(name: string, bytes: Uint8Array): JsonObject {
  const fields = fieldsOf(name);
  const read: Record<string, Json> = {};
  for (const [number, value] of fieldsIn(bytes)) {
    const field = fields.get(number);
    if (field === undefined) {
      if (isEmpty(value)) continue;
      throw new RangeError(`field ${number} of ${name} cannot be read from protobuf here`);
    }
    const entry = readField(field, value);
    const before = read[field.name];
    if (field.many) read[field.name] = [...(Array.isArray(before) ? before : []), entry];
    else if (field.type.startsWith('map<')) read[field.name] = { ...asObject(before), ...asObject(entry) };
    else if (field.optional || !isUnset(entry)) read[field.name] = entry;
  }
  return read;
}

function readField({ name, type }: Field, value: Wire): Json {
  if (typeof value === 'bigint') return type === 'bool' ? value !== 0n : Number(BigInt.asIntN(64, value));
  switch (type) {
    case 'string':
      return Buffer.from(value).toString();
    case 'bytes':
      return Buffer.from(value).toString('base64');
    case 'IntOrString':
      return intOrString(value);
    case 'Empty':
      // Parts that the generators leave empty, each with empty fields of its own.
      if (!hasContent(value)) return null;
      throw new RangeError(`"${name}" cannot be read from protobuf here`);
    case 'map<string>':
    case 'map<bytes>':
      return mapEntry(value, type === 'map<bytes>');
    default:
      return message(type, value);
  }
}

function intOrString(bytes: Uint8Array): Json {
  const parts = new Map(fieldsIn(bytes));
  const text = parts.get(3);
  if (parts.get(1) === 1n)
    return typeof text === 'bigint' || text === undefined ? '' : Buffer.from(text).toString();
  const number = parts.get(2);
  return typeof number === 'bigint' ? Number(BigInt.asIntN(64, number)) : 0;
}

function mapEntry(bytes: Uint8Array, binary: boolean): JsonObject {
  const [key, value] = [1, 2].map((wanted) => {
    const found = [...fieldsIn(bytes)].find(([number]) => number === wanted)?.[1];
    return Buffer.from(found === undefined || typeof found === 'bigint' ? [] : found);
  });
  return { [String(key)]: value?.toString(binary ? 'base64' : 'utf8') ?? '' };
}

function* fieldsIn(bytes: Uint8Array): Generator<readonly [number: number, value: Wire]> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('a protobuf message ends too early');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number in a protobuf message does not end');
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    if (wireType === 0) yield [tag >>> 3, varint()];
    else if (wireType === 2) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new RangeError('a protobuf message ends too early');
      yield [tag >>> 3, bytes.subarray(at, at + length)];
      at += length;
    } else throw new RangeError(`wire type ${wireType} is not used by the API`);
  }
}

function fieldsOf(name: string): ReadonlyMap<number, Field> {
  const lines = MESSAGES[name];
  if (lines === undefined) throw new RangeError(`${name} cannot be read from protobuf here`);
  return new Map(
    lines.map((line) => {
      const [number = '', field = '', type = ''] = line.split(' ');
      const plain = type.replace(/\[\]$|\?$/, '');
      return [
        Number(number),
        { name: field, type: plain, many: type.endsWith('[]'), optional: type.endsWith('?') },
      ];
    }),
  );
}

const isEmpty = (value: Wire) => (typeof value === 'bigint' ? value === 0n : !hasContent(value));

/** Whether any byte says more than which empty fields there are. */
function hasContent(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  try {
    return [...fieldsIn(bytes)].some(([, value]) => !isEmpty(value));
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function isUnset(value: Json): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
}

const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

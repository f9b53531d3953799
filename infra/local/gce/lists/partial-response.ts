import { invalid } from '../core/errors.ts';

/** What a field mask keeps of an object: everything of a field (`true`), or part of it. */
type Mask = Map<string, Mask | true>;

/**
 * Keeps of a body what the standard query parameter `fields` names: `items(name,networkInterfaces/fingerprint),nextPageToken`
 * (gcp-compute-semantics.md §5). Lists are transparent. @throws ComputeError 400 for a mask that cannot be read.
 */
export function partialBody(body: object, fields: string): unknown {
  const reader = { text: fields.replace(/\s/g, ''), at: 0 };
  const mask = readMask(reader);
  if (reader.at < reader.text.length) throw refusal(fields);
  return masked(body, mask);
}

interface Reader {
  readonly text: string;
  at: number;
}

function readMask(reader: Reader): Mask {
  const mask: Mask = new Map();
  do {
    const pattern = /[A-Za-z_*][\w.-]*/y;
    pattern.lastIndex = reader.at;
    const name = pattern.exec(reader.text)?.[0];
    if (name === undefined) throw refusal(reader.text);
    reader.at += name.length;
    mask.set(name, merged(mask.get(name), readRest(reader)));
  } while (accepted(reader, ','));
  return mask;
}

function readRest(reader: Reader): Mask | true {
  if (accepted(reader, '/')) {
    const pattern = /[A-Za-z_*][\w.-]*/y;
    pattern.lastIndex = reader.at;
    const name = pattern.exec(reader.text)?.[0];
    if (name === undefined) throw refusal(reader.text);
    reader.at += name.length;
    return new Map([[name, readRest(reader)]]);
  }
  if (!accepted(reader, '(')) return true;
  const inner = readMask(reader);
  if (!accepted(reader, ')')) throw refusal(reader.text);
  return inner;
}

function merged(one: Mask | true | undefined, other: Mask | true): Mask | true {
  return one instanceof Map && other instanceof Map ? new Map([...one, ...other]) : other;
}

function accepted(reader: Reader, symbol: string): boolean {
  const found = reader.text[reader.at] === symbol;
  if (found) reader.at += 1;
  return found;
}

function masked(value: unknown, mask: Mask | true): unknown {
  if (mask === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => masked(member, mask));
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, content]) => {
      const part = mask.get(field) ?? mask.get('*');
      return part === undefined ? [] : [[field, masked(content, part)]];
    }),
  );
}

function refusal(fields: string): Error {
  return invalid('fields', fields, 'Invalid field selection.');
}

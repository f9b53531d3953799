import { readFileSync } from 'node:fs';
import { type Document, parseAllDocuments } from 'yaml';
import type { Json, JsonObject } from './object/json.ts';
import { isArray, isObject, stringAt } from './object/json.ts';
import { resourceByKind } from './resources/registry.ts';

/** The scenario cannot be used; the message says where and what was expected. */
export class BadScenario extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BadScenario';
  }
}

/** More characters than a kind or a version has. */
const MOST_QUOTED = 100;

/** @throws BadScenario when the file cannot be read or holds something else than Kubernetes objects. */
export function readScenario(path: string): JsonObject[] {
  return parseScenario(readText(path), path);
}

/**
 * The objects in JSON, YAML or several YAML documents, Lists opened up.
 *
 * @throws BadScenario naming the document and the field that is wrong.
 */
export function parseScenario(text: string, path: string): JsonObject[] {
  // What is odd but allowed, such as an unknown tag, would be said on standard error.
  const documents = parseAllDocuments(text, { logLevel: 'error' });
  const objects = [...documents].flatMap((document, index) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new BadScenario(`${path}: ${error.message.split('\n')[0]}`, { cause: error });
    const content = contentOf(document, `${path}: document ${index + 1}`);
    return content === null ? [] : opened(content, `${path}: document ${index + 1}`);
  });
  if (objects.length === 0) throw new BadScenario(`${path}: expected Kubernetes objects, found none`);
  return objects;
}

/** Aliases are resolved only here: one may have no anchor, lie within its own, or stand for a million others. */
function contentOf(document: Document.Parsed, place: string): Json {
  try {
    return JSON.parse(JSON.stringify(document.toJS()));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new BadScenario(`${place}: expected what JSON can hold (${why})`, { cause });
  }
}

function opened(content: Json, place: string): JsonObject[] {
  if (!isObject(content))
    throw new BadScenario(`${place}: expected a Kubernetes object, got ${typeOf(content)}`);
  const kind = stringAt(content, 'kind') ?? '';
  if (!kind.endsWith('List') || content.items === undefined) return [checked(content, place)];
  if (!isArray(content.items))
    throw new BadScenario(`${place}: items: expected a list, got ${typeOf(content.items)}`);
  return content.items.map((item, index) => checked(item, `${place}: items[${index}]`));
}

function checked(object: Json, place: string): JsonObject {
  if (!isObject(object))
    throw new BadScenario(`${place}: expected a Kubernetes object, got ${typeOf(object)}`);
  for (const path of [['apiVersion'], ['kind'], ['metadata', 'name']]) {
    if (stringAt(object, ...path)) continue;
    throw new BadScenario(`${place}: ${path.join('.')}: expected a non-empty string`);
  }
  const { apiVersion, kind } = object;
  if (resourceByKind(String(apiVersion), String(kind)) !== undefined) return object;
  throw new BadScenario(
    `${place}: kind: the simulator does not serve ${String(kind).slice(0, MOST_QUOTED)} of ${String(apiVersion).slice(0, MOST_QUOTED)}`,
  );
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return isArray(value) ? 'a list' : `a ${typeof value}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new BadScenario(
      `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      {
        cause,
      },
    );
  }
}

import { evaluate, type Scope } from './evaluate.ts';
import { type Block, type Body, type Folder, readFolder } from './hcl.ts';
import { isList, isMap, type Value, type ValueMap } from './value.ts';

/** One resource as it will be made, with everything filled in that is known before a plan. */
export interface Resource {
  /** As a plan names it: `google_pubsub_topic.topic["abort"]`. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** The key in `for_each`; undefined for a resource by itself, or one whose keys only a plan knows. */
  readonly key: string | undefined;
  readonly file: string;
  readonly attributes: ValueMap;
}

export interface Configuration {
  readonly resources: readonly Resource[];
  /** A local value. @throws Error when there is none of this name. */
  local(name: string): Promise<Value>;
  readonly variables: ReadonlyMap<string, Body>;
}

/** @throws UnreadableConfiguration */
export async function readConfiguration(path: string): Promise<Configuration> {
  const folder = await readFolder(path);
  const scope = { local: localsOf(folder), bound: {} };
  const resources = await Promise.all(folder.resources.map((block) => instancesOf(block, scope)));
  return { resources: resources.flat(), local: scope.local, variables: folder.variables };
}

function localsOf(folder: Folder): (name: string) => Promise<Value> {
  const values = new Map<string, Promise<Value>>();
  const local = (name: string): Promise<Value> => {
    const before = values.get(name);
    if (before !== undefined) return before;
    if (!folder.locals.has(name)) return Promise.reject(new Error(`there is no local.${name}`));
    const value = evaluate(folder.locals.get(name), { local, bound: {} });
    values.set(name, value);
    return value;
  };
  return local;
}

async function instancesOf(block: Block, scope: Scope): Promise<Resource[]> {
  const { for_each: forEach, ...rest } = block.body;
  if (forEach === undefined) return [await instance(block, rest, scope, undefined)];
  const over = await evaluate(forEach, scope);
  const entries = isMap(over)
    ? Object.entries(over)
    : isList(over)
      ? over.map((item) => [String(item), item] as const)
      : undefined;
  if (entries === undefined) return [await instance(block, rest, scope, undefined)];
  return await Promise.all(
    entries.map(([key, value]) => instance(block, rest, { ...scope, bound: { each: { key, value } } }, key)),
  );
}

async function instance(
  { type, name, file }: Block,
  body: Body,
  scope: Scope,
  key: string | undefined,
): Promise<Resource> {
  const address = `${type}.${name}${key === undefined ? '' : `["${key}"]`}`;
  const attributes = await blockOf(body, scope);
  return { address, type, name, key, file, attributes };
}

/** A body with its dynamic blocks written out, as lists beside the plain ones. */
async function blockOf(body: Body, scope: Scope): Promise<ValueMap> {
  const { dynamic, ...plain } = body;
  const attributes: Record<string, Value> = {};
  for (const [name, value] of Object.entries(plain)) {
    attributes[name] = isBlocks(value)
      ? await Promise.all(value.map((each) => blockOf(each, scope)))
      : await evaluate(value, scope);
  }
  if (!isBody(dynamic)) return attributes;
  for (const [name, blocks] of Object.entries(dynamic)) {
    if (!isBlocks(blocks)) continue;
    const made = await Promise.all(blocks.map((block) => written(name, block, scope)));
    const present = attributes[name];
    attributes[name] = [...(isList(present) ? present : []), ...made.flat()];
  }
  return attributes;
}

async function written(name: string, block: Body, scope: Scope): Promise<ValueMap[]> {
  const over = await evaluate(block.for_each, scope);
  const content = isBlocks(block.content) ? block.content[0] : undefined;
  if (content === undefined) return [];
  const entries = isMap(over) ? Object.entries(over) : isList(over) ? [...over.entries()] : [];
  return await Promise.all(
    entries.map(([key, value]) =>
      blockOf(content, { ...scope, bound: { ...scope.bound, [name]: { key, value } } }),
    ),
  );
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parser gives blocks as lists of bodies; a list of objects in an attribute looks the same, and may be treated so. */
function isBlocks(value: unknown): value is readonly Body[] {
  return Array.isArray(value) && value.length > 0 && value.every(isBody);
}

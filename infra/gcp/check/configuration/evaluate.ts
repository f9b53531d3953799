import { z } from 'zod';
import { callFunction } from './functions.ts';
import { type Syntax, syntaxOf } from './hcl.ts';
import { templateParts } from './template.ts';
import { asWritten, inText, isList, isMap, Unknown, type Value, type ValueMap } from './value.ts';

/** The names that an expression may use. */
export interface Scope {
  /** Of `local.…`; each is looked up when it is used. */
  readonly local: (name: string) => Promise<Value>;
  /** `each`, and what `for` and `dynamic` bind. */
  readonly bound: ValueMap;
}

/** A literal of the parser's, or the text of a template. */
export async function evaluate(raw: unknown, scope: Scope): Promise<Value> {
  if (raw === null || typeof raw === 'boolean' || typeof raw === 'number') return raw;
  if (typeof raw === 'string') return await evaluateTemplate(raw, scope);
  if (Array.isArray(raw)) return await Promise.all(raw.map((item) => evaluate(item, scope)));
  if (typeof raw === 'object') {
    const entries = Object.entries(raw).map(
      async ([name, value]) => [name, await evaluate(value, scope)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  throw new TypeError(`${typeof raw} is no value of a configuration`);
}

async function evaluateTemplate(template: string, scope: Scope): Promise<Value> {
  const parts = templateParts(template);
  const values = await Promise.all(
    parts.map(async (part) => ('text' in part ? part.text : await evaluateText(part.expression, scope))),
  );
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values.map(inText).join('');
}

async function evaluateText(expression: string, scope: Scope): Promise<Value> {
  return await evaluateSyntax(await syntaxOf(expression), scope);
}

const traversal = z.object({ traversal: z.array(z.object({ segment: z.string() })) });
const loop = z.object({
  keyVar: z.string(),
  valVar: z.string(),
  collectionExpression: z.string(),
  conditionalExpression: z.string().default(''),
  keyExpression: z.string().default(''),
  valueExpression: z.string(),
});
const object = z.object({ items: z.record(z.string(), z.string()) });
const operation = z.object({ operator: z.string() });
const literal = z.object({ type: z.string(), value: z.string() });
const call = z.object({ name: z.string(), expandedFinalArgument: z.boolean() });

async function evaluateSyntax(node: Syntax, scope: Scope): Promise<Value> {
  const source = new Unknown(String(node.meta.value ?? node.type));
  switch (node.type) {
    case 'literalValue':
      return literalOf(literal.parse(node.meta));
    case 'template':
      return (await all(node, scope)).map(inText).join('');
    case 'templateWrap':
    case 'parentheses':
      return (await all(node, scope))[0] ?? null;
    case 'tuple':
      return await all(node, scope);
    case 'object':
      return await objectOf(object.parse(node.meta).items, scope);
    case 'scopeTraversal':
      return await named(segments(node), scope);
    case 'relativeTraversal': {
      const [from = source] = await all(node, scope);
      return follow(from, segments(node));
    }
    case 'index': {
      const [from = source, key = source] = await all(node, scope);
      return member(from, { key, isIndex: true });
    }
    case 'for':
      return await loopOver(loop.parse(node.meta), source, scope);
    case 'function': {
      const { name, expandedFinalArgument } = call.parse(node.meta);
      const given = await all(node, scope);
      const last = given.at(-1);
      const spread = expandedFinalArgument && isList(last) ? [...given.slice(0, -1), ...last] : given;
      return callFunction(name, spread) ?? source;
    }
    case 'conditional': {
      const [condition = source, yes = source, no = source] = await all(node, scope);
      if (typeof condition === 'boolean') return condition ? yes : no;
      // Both may be: what is known of each is still told.
      return new Unknown(`${asWritten(condition)} ? ${asWritten(yes)} : ${asWritten(no)}`);
    }
    case 'binaryOp':
      return binary(operation.parse(node.meta).operator, await all(node, scope)) ?? source;
    case 'unaryOp': {
      const [operand] = await all(node, scope);
      return typeof operand === 'boolean' ? !operand : source;
    }
    default:
      return source;
  }
}

async function all(node: Syntax, scope: Scope): Promise<Value[]> {
  return await Promise.all(node.children.map((child) => evaluateSyntax(child, scope)));
}

function literalOf({ type, value }: z.output<typeof literal>): Value {
  if (type === 'string') return value.replaceAll(/\\(["\\])/g, '$1');
  if (type === 'number') return Number(value);
  if (type === 'bool') return value === 'true';
  return null;
}

async function objectOf(items: Readonly<Record<string, string>>, scope: Scope): Promise<ValueMap> {
  const entries = Object.entries(items).map(async ([name, value]) => {
    const quoted = /^"(.*)"$/.exec(name)?.[1] ?? name;
    return [inText(await evaluateTemplate(quoted, scope)), await evaluateText(value, scope)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A step on the way through a value: `.key` or `["key"]`. */
interface Segment {
  readonly key: Value;
  readonly isIndex: boolean;
}

function segments(node: Syntax): Segment[] {
  return traversal.parse(node.meta).traversal.map(({ segment }) => {
    if (segment.startsWith('"')) return { key: segment.replaceAll('"', ''), isIndex: true };
    return /^\d+$/.test(segment) ? { key: Number(segment), isIndex: true } : { key: segment, isIndex: false };
  });
}

async function named([first, ...path]: readonly Segment[], scope: Scope): Promise<Value> {
  const root = String(first?.key);
  const bound = scope.bound[root];
  if (bound !== undefined) return follow(bound, path);
  const [local, ...rest] = path;
  if (root === 'local' && local !== undefined) return follow(await scope.local(String(local.key)), rest);
  return follow(new Unknown(root), path);
}

function follow(value: Value, path: readonly Segment[]): Value {
  return path.reduce<Value>(member, value);
}

/** `value.key` or `value["key"]`; of what is not known, the expression for it. */
function member(value: Value, { key, isIndex }: Segment): Value {
  if (key instanceof Unknown) return new Unknown(`${asWritten(value)}[${key.text}]`);
  if (value instanceof Unknown) {
    return new Unknown(isIndex ? `${value.text}[${asWritten(key)}]` : `${value.text}.${String(key)}`);
  }
  const found = isList(value) ? value[Number(key)] : isMap(value) ? value[String(key)] : undefined;
  return found ?? null;
}

async function loopOver(meta: z.output<typeof loop>, source: Unknown, scope: Scope): Promise<Value> {
  const collection = await evaluateText(meta.collectionExpression, scope);
  const entries = isList(collection)
    ? [...collection.entries()]
    : isMap(collection)
      ? Object.entries(collection)
      : undefined;
  if (entries === undefined) return source;
  const list: Value[] = [];
  const map: Record<string, Value> = {};
  for (const [key, value] of entries) {
    const bound = { ...scope.bound, [meta.valVar]: value, ...(meta.keyVar !== '' && { [meta.keyVar]: key }) };
    const inner = { ...scope, bound };
    // What only a plan can tell may be there, and so it is.
    if (
      meta.conditionalExpression !== '' &&
      (await evaluateText(meta.conditionalExpression, inner)) === false
    )
      continue;
    const result = await evaluateText(meta.valueExpression, inner);
    if (meta.keyExpression === '') list.push(result);
    else map[inText(await evaluateText(meta.keyExpression, inner))] = result;
  }
  return meta.keyExpression === '' ? list : map;
}

function binary(operator: string, [left, right]: readonly Value[]): Value | undefined {
  if (operator === 'logicalAnd' && (left === false || right === false)) return false;
  if (operator === 'logicalOr' && (left === true || right === true)) return true;
  if (left === undefined || right === undefined || left instanceof Unknown || right instanceof Unknown)
    return undefined;
  if (operator === 'equal') return asWritten(left) === asWritten(right);
  if (operator === 'notEqual') return asWritten(left) !== asWritten(right);
  if (operator === 'logicalAnd') return left === true && right === true;
  if (operator === 'logicalOr') return left === true || right === true;
  return undefined;
}

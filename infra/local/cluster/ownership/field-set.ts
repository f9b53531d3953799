import type { JsonObject } from '../object/json.ts';
import { frozen, isObject } from '../object/json.ts';

/**
 * Fields of an object, each as its path in the spelling of `fieldsV1` (structured-merge-diff): `f:spec`, then
 * `f:containers`, then `k:{"name":"c"}` for an entry of a list by keys, `v:"x"` for one of a set.
 */
export type FieldSet = ReadonlySet<string>;

/** Between the steps of a path; no step holds one, as they are JSON or field names. */
const BETWEEN = '\n';

export const NO_FIELDS: FieldSet = new Set();

export function pathOf(parent: string, step: string): string {
  return parent === '' ? step : `${parent}${BETWEEN}${step}`;
}

export const fieldStep = (name: string) => `f:${name}`;

/** Whether the set holds the path itself or something below it. */
export function reaches(set: FieldSet, path: string): boolean {
  if (set.has(path)) return true;
  const below = path + BETWEEN;
  for (const entry of set) if (entry.startsWith(below)) return true;
  return false;
}

export function parseFields(fields: JsonObject): Set<string> {
  const found = new Set<string>();
  const visit = (node: JsonObject, path: string) => {
    for (const [step, child] of Object.entries(node)) {
      if (step === '.') {
        if (path !== '') found.add(path);
        continue;
      }
      const here = pathOf(path, step);
      if (!isObject(child) || Object.keys(child).length === 0) found.add(here);
      else visit(child, here);
    }
  };
  visit(fields, '');
  return found;
}

const formatted = new WeakMap<FieldSet, JsonObject>();

/** Frozen, and made once for each set. */
export function formatFields(set: FieldSet): JsonObject {
  const before = formatted.get(set);
  if (before !== undefined) return before;
  const made = frozen(formattedAnew(set));
  formatted.set(set, made);
  return made;
}

function formattedAnew(set: FieldSet): JsonObject {
  interface Node {
    [step: string]: Node;
  }
  const root: Node = {};
  const nodes = new Map<string, Node>([['', root]]);
  const nodeAt = (path: string): Node => {
    const known = nodes.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf(BETWEEN);
    const parent = nodeAt(cut < 0 ? '' : path.slice(0, cut));
    const node: Node = {};
    parent[path.slice(cut + 1)] = node;
    nodes.set(path, node);
    return node;
  };
  for (const path of [...set].sort()) nodeAt(path);
  for (const path of set) {
    const node = nodeAt(path);
    if (Object.keys(node).length > 0) node['.'] = {};
  }
  return root;
}

/** As conflicts name a field: `.spec.containers[name="c"].env`. */
export function displayed(path: string): string {
  return path
    .split(BETWEEN)
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
      const keys: unknown = JSON.parse(step.slice(2));
      const entries = typeof keys === 'object' && keys !== null ? Object.entries(keys) : [];
      return `[${entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

// Most writes change nobody's fields: what stays the same is the very same set.
export const union = (left: FieldSet, right: FieldSet): FieldSet =>
  right.isSubsetOf(left) ? left : left.union(right);
export const intersection = (left: FieldSet, right: FieldSet): FieldSet => left.intersection(right);
export const difference = (left: FieldSet, right: FieldSet): FieldSet =>
  right.isDisjointFrom(left) ? left : left.difference(right);
export const sameFields = (left: FieldSet, right: FieldSet): boolean =>
  left === right || (left.size === right.size && left.isSubsetOf(right));

import { isList, isMap, Unknown, type Value } from './value.ts';

/** Terraform's functions, as far as what is compared depends on them. */
const FUNCTIONS: Readonly<Record<string, (given: readonly Value[]) => Value | undefined>> = {
  merge: (given) => {
    // What cannot be known is merged as nothing: what else there is still counts.
    return Object.fromEntries(given.filter(isMap).flatMap((map) => Object.entries(map)));
  },
  concat: (given) => given.flatMap((each): readonly Value[] => (isList(each) ? each : [each])),
  toset: ([list]) => (isList(list) ? [...new Set(list)] : undefined),
  keys: ([map]) => (isMap(map) ? Object.keys(map).toSorted() : undefined),
  values: ([map]) => (isMap(map) ? Object.values(map) : undefined),
  contains: ([list, item]) =>
    isList(list) && !(item instanceof Unknown) && item !== undefined ? list.includes(item) : undefined,
  length: ([of]) => (isList(of) ? of.length : isMap(of) ? Object.keys(of).length : undefined),
  replace: ([text, what, by]) =>
    typeof text === 'string' && typeof what === 'string' && typeof by === 'string'
      ? text.replaceAll(what, by)
      : undefined,
};

/** Undefined for a function, or arguments, of which nothing can be said before a plan. */
export function callFunction(name: string, given: readonly Value[]): Value | undefined {
  return FUNCTIONS[name]?.(given);
}

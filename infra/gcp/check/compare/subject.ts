import type { ProductFunction } from '../code/functions.ts';
import type { Configuration, Resource } from '../configuration/resources.ts';
import { isList, isMap, Unknown, type Value, type ValueMap } from '../configuration/value.ts';

/** What is compared with what. */
export interface Subject {
  /** The repository's root, for what is read from the code's text. */
  readonly root: string;
  readonly functions: readonly ProductFunction[];
  readonly configuration: Configuration;
  /** The module that grants the functions their rights in projects of shoots. */
  readonly shootProject: Configuration;
}

export function resourcesOf({ resources }: Configuration, type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** A block that is there at most once; the parser gives lists of blocks. */
export function block(attributes: ValueMap | undefined, name: string): ValueMap | undefined {
  const value = attributes?.[name];
  const first = isList(value) ? value[0] : value;
  return isMap(first) ? first : undefined;
}

/** The keys of `google_service_account.function["…"]` and the like in a value, wherever they stand. */
export function keysOf(resource: string, value: Value | undefined): readonly string[] {
  return textsIn(value).flatMap((text) =>
    [...text.matchAll(new RegExp(`${resource.replaceAll('.', '\\.')}\\["([^"]+)"\\]`, 'g'))].flatMap(
      ([, key]) => key ?? [],
    ),
  );
}

/** Every text in a value, however deep, expressions that only a plan can evaluate included. */
export function textsIn(value: Value | undefined): readonly string[] {
  if (value instanceof Unknown) return [value.text];
  if (typeof value === 'string') return [value];
  if (isList(value)) return value.flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}

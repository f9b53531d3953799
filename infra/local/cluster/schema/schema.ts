/** What the value of a field may be, and how two writers' values of it are brought together. */
export type Schema = Scalar | Struct | MapOf | ListOf | Anything;

export interface Scalar {
  readonly kind: 'scalar';
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'integer or string';
}

/** Named fields, each with a schema of its own. */
export interface Struct {
  readonly kind: 'struct';
  /** As the API names it: `PodSpec`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Schema>;
  /** Written, and owned, as one: a label selector, say. */
  readonly atomic: boolean;
}

export interface MapOf {
  readonly kind: 'map';
  readonly entry: Schema;
  readonly atomic: boolean;
}

export interface ListOf {
  readonly kind: 'list';
  readonly entry: Schema;
  /** `x-kubernetes-list-type`; a list by keys names the fields that tell its entries apart. */
  readonly merging: 'atomic' | 'set' | readonly string[];
}

/** Nothing is known of it: custom resources, embedded objects. Objects in it are maps, lists are atomic. */
export interface Anything {
  readonly kind: 'any';
}

export const ANYTHING: Anything = { kind: 'any' };

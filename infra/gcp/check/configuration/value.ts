/** What an expression comes to as far as that is known before anything is planned. */
export type Value = null | boolean | number | string | Unknown | readonly Value[] | ValueMap;

export interface ValueMap {
  readonly [name: string]: Value;
}

/** Something that only a plan knows: a variable, an attribute of a resource, or what is computed from one. */
export class Unknown {
  /** The expression, with every index that is known put in: `google_service_account.function["abort"].member`. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value as a template shows it. */
export function inText(value: Value): string {
  if (value instanceof Unknown) return `\${${value.text}}`;
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

/** The value as it stands in an index or an argument. */
export function asWritten(value: Value): string {
  if (value instanceof Unknown) return value.text;
  return JSON.stringify(value) ?? '';
}

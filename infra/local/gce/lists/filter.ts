import { invalid } from '../core/errors.ts';
import type { Token } from './filter-tokens.ts';
import { comparisonTokens, valueToken, word } from './filter-tokens.ts';

/** Whether a resource, in its JSON, is part of the list. */
export type Filter = (resource: object) => boolean;

/**
 * Reads a list filter (gcp-compute-semantics.md §5): comparisons `field = v`, `!=`, `<`, `<=`, `>`, `>=`, `:` and the regular
 * expressions `field eq re`, `field ne re`, joined by blanks or AND, OR, NOT and parentheses. Fields may be nested
 * (`networkInterfaces.network`); a list matches when one of its members does.
 * @throws ComputeError 400 `invalid` for anything else.
 */
export function parseFilter(text: string): Filter {
  const parser = new FilterParser(text);
  return parser.whole();
}

class FilterParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Filter {
    const filter = this.#alternatives();
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#refusal();
    return filter;
  }

  #alternatives(): Filter {
    const filters = [this.#conjunction()];
    while (this.#keyword('OR')) filters.push(this.#conjunction());
    return (resource) => filters.some((filter) => filter(resource));
  }

  #conjunction(): Filter {
    const filters = [this.#term()];
    for (;;) {
      const joined = this.#keyword('AND');
      this.#blanks();
      const rest = this.#text.slice(this.#at);
      if (!joined && (rest === '' || rest.startsWith(')') || /^OR\b/.test(rest))) break;
      filters.push(this.#term());
    }
    return (resource) => filters.every((filter) => filter(resource));
  }

  #term(): Filter {
    if (this.#keyword('NOT') || this.#symbol('-')) {
      const negated = this.#term();
      return (resource) => !negated(resource);
    }
    if (this.#symbol('(')) {
      const inner = this.#alternatives();
      if (!this.#symbol(')')) throw this.#refusal();
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Filter {
    const field = this.#take(word);
    const operator = this.#take(comparisonTokens);
    const value = this.#take(valueToken);
    if (operator === 'eq' || operator === 'ne') return this.#matching(field, operator, value);
    return (resource) => compare(valuesAt(resource, field.split('.')), operator, value);
  }

  #matching(field: string, operator: 'eq' | 'ne', pattern: string): Filter {
    let expression: RegExp;
    try {
      expression = new RegExp(`^(?:${pattern})$`);
    } catch {
      throw this.#refusal();
    }
    return (resource) => {
      const matched = valuesAt(resource, field.split('.')).some((value) => expression.test(textOf(value)));
      return matched === (operator === 'eq');
    };
  }

  #take(token: Token): string {
    this.#blanks();
    const taken = token(this.#text, this.#at);
    if (taken === undefined) throw this.#refusal();
    this.#at = taken.end;
    return taken.value;
  }

  #keyword(name: string): boolean {
    this.#blanks();
    const found = new RegExp(`^${name}(?=[\\s(])`).test(this.#text.slice(this.#at));
    if (found) this.#at += name.length;
    return found;
  }

  #symbol(symbol: string): boolean {
    this.#blanks();
    const found = this.#text.startsWith(symbol, this.#at);
    if (found) this.#at += symbol.length;
    return found;
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #refusal(): Error {
    return invalid('filter', this.#text, 'Invalid list filter expression.');
  }
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((member) => valuesAt(member, path));
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  return typeof value === 'object' && value !== null ? valuesAt(Reflect.get(value, step), rest) : [undefined];
}

function compare(values: readonly unknown[], operator: string, expected: string): boolean {
  switch (operator) {
    case '!=':
      return !values.some((value) => equals(value, expected));
    case '=':
      return values.some((value) => equals(value, expected));
    case ':':
      return values.some((value) => has(value, expected));
    default:
      return values.some((value) => ordered(value, operator, expected));
  }
}

/** Absent fields equal the defaults that the JSON leaves out; `*` at an end stands for anything. */
function equals(value: unknown, expected: string): boolean {
  if (expected.includes('*')) return wildcard(expected).test(textOf(value));
  if (typeof value === 'number') return value === Number(expected);
  return textOf(value) === expected;
}

function has(value: unknown, expected: string): boolean {
  if (expected === '*') return value !== undefined;
  if (expected.includes('*')) return wildcard(expected).test(textOf(value));
  return textOf(value).toLowerCase().includes(expected.toLowerCase());
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i');
}

function ordered(value: unknown, operator: string, expected: string): boolean {
  if (value === undefined) return false;
  const order =
    typeof value === 'number'
      ? value - Number(expected)
      : textOf(value) < expected
        ? -1
        : textOf(value) === expected
          ? 0
          : 1;
  if (operator.startsWith('<')) return order < 0 || (operator === '<=' && order === 0);
  return order > 0 || (operator === '>=' && order === 0);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

import { createHash, hash } from 'node:crypto';
import { isFrozenJson } from '../../../shared/frozen-json.ts';

/**
 * All that happens in a run, line by line, in the order in which it does. Two runs are the same when their hashes are:
 * every line goes in, whether anybody keeps it or not. Documents that cannot change go in as hashes of their parts.
 */
export class History {
  readonly #hash = createHash('sha256');
  readonly #now: () => number;
  readonly #tell: ((line: string) => void) | undefined;
  #unhashed = '';

  /** @param now Milliseconds since the run began; @param tell is told of every line. */
  constructor(now: () => number, tell?: (line: string) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  add(...parts: readonly unknown[]): void {
    const now = this.#now();
    this.#tell?.(`${now} ${parts.map(textOf).join(' ')}`);
    let line = `${now}`;
    for (const part of parts) line += ` ${traceOf(part)}`;
    this.#unhashed += `${line}\n`;
    if (this.#unhashed.length > WORTH_HASHING) this.#digestSoFar();
  }

  /** Hexadecimal; ends the history. */
  end(): string {
    this.#digestSoFar();
    return this.#hash.digest('hex');
  }

  #digestSoFar(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = '';
  }
}

/** A call into the hash costs more than most lines. */
const WORTH_HASHING = 65_536;

/** Everything that may be said in a history, in the order in which it was put together: that is deterministic, too. */
export function textOf(part: unknown): string {
  if (typeof part === 'string') return part;
  // A function that is asked about every value costs many times what the text does.
  const text: string | undefined = isJson(part) ? JSON.stringify(part) : JSON.stringify(part, plain);
  return text ?? String(part);
}

/** What JSON would leave out or flatten. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...value];
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'bigint' || typeof value === 'function') return String(value);
  return value;
}

/** Whether there is nothing in it that {@link plain} would have to look at. */
function isJson(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'bigint') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false;
  for (const name of Object.keys(value)) if (!isJson(Reflect.get(value, name))) return false;
  return true;
}

/** What goes into the hash: the same for what says the same, another for what says something else. */
function traceOf(part: unknown): string {
  if (typeof part !== 'object' || part === null || !isFrozenJson(part)) return textOf(part);
  // A migration is stored after every act, and most of its parts are as they were before.
  return Array.isArray(part) ? part.map(digestOf).join() : Object.entries(part).map(traceOfField).join();
}

function traceOfField([name, value]: readonly [string, unknown]): string {
  const isList = Array.isArray(value) && value.length > 0 && isFrozenJson(value);
  return `${name}:${isList ? `[${value.map(digestOf).join()}]` : digestOf(value)}`;
}

/** Texts or hashes of lists and maps that cannot change any more. */
const digests = new WeakMap<object, string>();

function digestOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !isFrozenJson(value)) return JSON.stringify(value);
  const before = digests.get(value);
  if (before !== undefined) return before;
  const text = JSON.stringify(value);
  const digest = text.length < WORTH_A_DIGEST ? text : hash('sha256', text, 'base64');
  digests.set(value, digest);
  return digest;
}

/** Shorter texts are as good as their hashes. */
const WORTH_A_DIGEST = 100;

import { versionOf } from '../http/answer.ts';

/** A list of things as it was seen once, with what it takes to say later what of it has changed. */
export interface Snapshot<Item> {
  /** The same for the same items in the same order. */
  readonly version: string;
  readonly items: readonly Item[];
  /** Each item as JSON, by its name. */
  readonly texts: ReadonlyMap<string, string>;
}

export function snapshotOf<Item>(items: readonly Item[], nameOf: (item: Item) => string): Snapshot<Item> {
  const texts = new Map(items.map((item) => [nameOf(item), JSON.stringify(item)]));
  return { version: versionOf([...texts.values()].join('\n')), items, texts };
}

/** What has to be sent to somebody who has seen `before`. Undefined: everything. */
export interface Changes<Item> {
  /** Everything there is: what the client has besides is gone. */
  readonly whole: boolean;
  readonly changed: readonly Item[];
  /** Names of those that are no more. */
  readonly gone: readonly string[];
}

export function changesSince<Item>(
  before: Snapshot<Item> | undefined,
  now: Snapshot<Item>,
  nameOf: (item: Item) => string,
): Changes<Item> {
  if (before === undefined) return { whole: true, changed: now.items, gone: [] };
  return {
    whole: false,
    changed: now.items.filter((item) => before.texts.get(nameOf(item)) !== now.texts.get(nameOf(item))),
    gone: [...before.texts.keys()].filter((name) => !now.texts.has(name)),
  };
}

/** The last few snapshots: who comes back soon is told only what has changed since. */
export class Snapshots<Item> {
  readonly #most: number;
  readonly #byVersion = new Map<string, Snapshot<Item>>();

  constructor(most: number) {
    this.#most = most;
  }

  keep(snapshot: Snapshot<Item>): Snapshot<Item> {
    const known = this.#byVersion.get(snapshot.version) ?? snapshot;
    this.#byVersion.delete(known.version);
    this.#byVersion.set(known.version, known);
    const [oldest] = this.#byVersion.keys();
    if (this.#byVersion.size > this.#most && oldest !== undefined) this.#byVersion.delete(oldest);
    return known;
  }

  get(version: string | undefined): Snapshot<Item> | undefined {
    return version === undefined ? undefined : this.#byVersion.get(version);
  }
}

/** A list in pages: the items after the one of this name, at most so many. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `after` of the next page; undefined when this is the last one. */
  readonly next: string | undefined;
}

/** Empty when nothing has the name `after`: the list has changed, and its reader begins anew. */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Page<Item> {
  const found = after === undefined ? -1 : items.findIndex((item) => nameOf(item) === after);
  if (after !== undefined && found < 0) return { items: [], next: undefined };
  const page = items.slice(found + 1, found + 1 + limit);
  const last = page.at(-1);
  const more = found + 1 + page.length < items.length;
  return { items: page, next: more && last !== undefined ? nameOf(last) : undefined };
}

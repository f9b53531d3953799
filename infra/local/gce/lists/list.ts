import { invalid } from '../core/errors.ts';
import { selfLink } from '../core/links.ts';
import type { Call } from '../core/method.ts';
import { parseFilter } from './filter.ts';

/** maxResults is 0..500, 500 unless given (gcp-compute-semantics.md §5). */
const MAX_RESULTS = 500;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/**
 * The page of `all` that the call asks for: filtered, in order, cut. The token is a position; a list that changes
 * between two pages may repeat or miss what moved, as the real one may.
 * @throws ComputeError 400 for a filter, order, size or token that cannot be.
 */
export function pageOf<T extends object>(call: Call, all: readonly T[]): Page<T> {
  const filter = call.query.get('filter');
  const matches = filter === null || filter.trim() === '' ? () => true : parseFilter(filter);
  const found = ordered(all.filter(matches), call.query.get('orderBy'));
  const from = position(call.query.get('pageToken'));
  const to = from + sizeOf(call);
  const items = found.slice(from, to);
  if (to >= found.length) return { items };
  return { items, nextPageToken: Buffer.from(`position:${to}`).toString('base64url') };
}

/** A list answer; `items` is absent when there are none. */
export function listBody(call: Call, kind: string, path: string, all: readonly object[]): object {
  const { items, nextPageToken } = pageOf(call, all);
  return {
    kind,
    id: path,
    ...(items.length > 0 && { items }),
    ...(nextPageToken !== undefined && { nextPageToken }),
    selfLink: selfLink(path),
  };
}

function sizeOf(call: Call): number {
  const given = call.query.get('maxResults');
  if (given === null || given === '') return MAX_RESULTS;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 0 || size > MAX_RESULTS) {
    throw invalid('maxResults', given, `Must be between 0 and ${MAX_RESULTS}.`);
  }
  return size === 0 ? MAX_RESULTS : size;
}

function position(token: string | null): number {
  if (token === null || token === '') return 0;
  const text = Buffer.from(token, 'base64url').toString();
  const found = /^position:(\d+)$/.exec(text)?.[1];
  if (found === undefined) throw invalid('pageToken', token, 'Invalid page token.');
  return Number(found);
}

function ordered<T extends object>(items: readonly T[], orderBy: string | null): readonly T[] {
  const text = (item: T, field: string) => String(Reflect.get(item, field) ?? '');
  const by = (field: string) => (one: T, other: T) =>
    text(one, field) < text(other, field) ? -1 : text(one, field) > text(other, field) ? 1 : 0;
  switch (orderBy?.trim()) {
    case undefined:
    case '':
    case 'name':
      return items.toSorted(by('name'));
    case 'creationTimestamp desc':
      return items.toSorted((one, other) => by('creationTimestamp')(other, one));
    default:
      throw invalid(
        'orderBy',
        orderBy ?? '',
        'Currently only sorting by name or creationTimestamp desc is supported.',
      );
  }
}

import type { ConfigurationOptions } from '@kubernetes/client-node';
import { ClusterRefused, ClusterUnavailable } from '../errors.ts';
import { wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';

interface Page<Item> {
  readonly items: Item[];
  readonly metadata?: { readonly _continue?: string };
}

/** How a page is asked for; the names are the client's. */
export interface PageRequest {
  readonly limit: number;
  readonly _continue?: string;
}

const PAGE_SIZE = 500;
const MOST_PAGES = 1_000;
const MOST_BEGINNINGS = 3;

/**
 * All pages of a list. A list whose continue token has expired (410) is begun again: the rest of it, fetched with a newer
 * token, would not be of the same moment. `keep` may drop what nobody looks at, before the next page comes.
 */
export async function allPages<Item>(
  api: ApiServer,
  call: string,
  send: (page: PageRequest, options: ConfigurationOptions) => Promise<Page<Item>>,
  keep: (item: Item) => Item = (item) => item,
  pageSize = PAGE_SIZE,
): Promise<Item[]> {
  for (let beginnings = 1; ; beginnings += 1) {
    try {
      return await onePassOver(api, call, send, keep, pageSize);
    } catch (error) {
      if (!wasAnswered(error, 410) || beginnings === MOST_BEGINNINGS) throw error;
    }
  }
}

/** The client believes whatever came, also where it is of another type than its own. */
function isListOfObjects(items: unknown): boolean {
  return Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null);
}

async function onePassOver<Item>(
  api: ApiServer,
  call: string,
  send: (page: PageRequest, options: ConfigurationOptions) => Promise<Page<Item>>,
  keep: (item: Item) => Item,
  pageSize: number,
): Promise<Item[]> {
  const items: Item[] = [];
  const asked = new Set<string>();
  let request: PageRequest = { limit: pageSize };
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const present = request;
    const page = await api.read(call, (options) => send(present, options));
    if (!isListOfObjects(page.items)) {
      throw new ClusterRefused(call, 'AnswerNotUnderstood', 'items: expected a list of objects');
    }
    items.push(...page.items.map(keep));
    const next = page.metadata?._continue;
    if (!next) return items;
    if (asked.has(next)) throw new ClusterUnavailable(call, 'the list repeats its continue tokens');
    asked.add(next);
    request = { limit: pageSize, _continue: next };
  }
  throw new ClusterUnavailable(call, `the list does not end after ${MOST_PAGES} pages`);
}

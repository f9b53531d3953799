import { z } from 'zod';
import { ComputeUnavailable } from '../errors.ts';
import type { Api } from './api.ts';
import type { RequestOptions } from './calls.ts';

/** As many as the API gives at once. */
export const PAGE_SIZE = 500;

/** A million resources; a list that is longer has no end. */
const MOST_PAGES = 2_000;

/** Warnings that go with a complete list. */
const HARMLESS = new Set(['NO_RESULTS_ON_PAGE', 'LARGE_DEPLOYMENT_WARNING']);

export const warningSchema = z
  .object({ code: z.string().nullish(), message: z.string().nullish() })
  .nullish();
export type Warning = z.output<typeof warningSchema>;

const pageSchema = z.object({ nextPageToken: z.string().nullish() });

/**
 * All pages of a list. `send` asks for the page of a token (undefined for the first) and gives the raw answer; `read`
 * takes the items out of it.
 *
 * @throws whatever `read` throws: it must refuse an answer that is not complete, see {@link refuseIncomplete}.
 */
export async function allPages<Item>(
  api: Api,
  call: string,
  send: (pageToken: string | undefined, options: RequestOptions) => Promise<unknown>,
  read: (answer: unknown) => readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  const asked = new Set<string>();
  let pageToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const token = pageToken;
    const answer = await api.read(call, (options) => send(token, options));
    items.push(...read(answer));
    pageToken = api.understood(call, pageSchema, answer).nextPageToken || undefined;
    if (pageToken === undefined) return items;
    if (asked.has(pageToken)) throw new ComputeUnavailable(call, 'the list repeats its page tokens');
    asked.add(pageToken);
  }
  throw new ComputeUnavailable(call, `the list does not end after ${MOST_PAGES} pages`);
}

/**
 * From API version 2026-09-01 on, lists are partial by default and say so only in a warning: a short list must not look
 * like "no routes left" (gcp-compute-semantics.md §5).
 */
export function refuseIncomplete(call: string, warning: Warning): void {
  if (warning == null || HARMLESS.has(warning.code ?? '')) return;
  throw new ComputeUnavailable(call, `the list is incomplete: ${warning.code} ${warning.message ?? ''}`);
}

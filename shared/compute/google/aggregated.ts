import { z } from 'zod';
import { ComputeRefused, ComputeUnavailable } from '../errors.ts';
import type { Api } from './api.ts';
import type { AllScopes } from './calls.ts';
import { allPages, PAGE_SIZE, refuseIncomplete, warningSchema } from './pages.ts';

const pageSchema = z.object({
  items: z.record(z.string(), z.looseObject({ warning: warningSchema })).default({}),
  unreachables: z.array(z.string()).default([]),
  warning: warningSchema,
});

/** What is listed over all zones or regions at once. */
export interface AggregatedList<Schema extends z.ZodType> {
  /** As the scopes of the answer name it: `instances`. */
  readonly collection: string;
  readonly item: Schema;
  /** Any client that lists so: all have their methods here. */
  readonly client: () => Promise<AllScopes>;
  /** Whether the caller cares for what is in a scope, e.g. `zones/europe-west1-b`. */
  readonly matters: (scope: string) => boolean;
}

/**
 * All items of all scopes. The typed method of a client yields items only and drops `unreachables`, so the one below it
 * is called, which hands over the whole answer.
 *
 * @throws ComputeUnavailable when a scope that matters is missing.
 */
export async function aggregatedList<Schema extends z.ZodType>(
  api: Api,
  call: string,
  { collection, item, client, matters }: AggregatedList<Schema>,
): Promise<z.output<Schema>[]> {
  const { project } = api;
  const shareSchema = z.array(item).default([]);
  return await allPages(
    api,
    call,
    async (pageToken, options) => {
      const list = (await client()).innerApiCalls.aggregatedList;
      if (list === undefined) throw new ComputeRefused(call, 'noSuchMethod', 'the client has no such list');
      const request = { project, maxResults: PAGE_SIZE, ...(pageToken !== undefined && { pageToken }) };
      const answer: unknown = await list(request, options);
      return Array.isArray(answer) ? answer[2] : undefined;
    },
    (answer) => {
      const { items, unreachables, warning } = api.understood(call, pageSchema, answer);
      refuseIncomplete(call, warning);
      const missing = unreachables.filter(matters);
      if (missing.length > 0) {
        throw new ComputeUnavailable(call, `the list is incomplete without ${missing.join(', ')}`);
      }
      return Object.entries(items).flatMap(([scope, share]) => {
        if (matters(scope)) refuseIncomplete(call, share.warning);
        return api.understood(call, shareSchema, share[collection]);
      });
    },
  );
}

import type { z } from 'zod';
import {
  type FleetView,
  fleetViewSchema,
  historyPageSchema,
  migrationViewSchema,
  type NodesView,
  nodesViewSchema,
  rolloutViewSchema,
} from '../../../shared/view/index.ts';
import { CommandError } from '../../exit-codes.ts';
import { type Act, type Operations, sentWithOrWithoutAct } from '../operations.ts';
import { type ApiOptions, apiRequests } from './requests.ts';

/** More than anybody has; an API whose pages go on and on does not keep its word. */
const MOST_PAGES = 100;
const NODES_IN_A_PAGE = '10000';

/** The port {@link Operations} over the functions `status` and `operate` (docs/api.md). */
export function apiOperations(options: ApiOptions): Operations {
  const requests = apiRequests(options);

  const have = async <Schema extends z.ZodType>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    const found = await requests.get(path, query, schema);
    if (found === undefined)
      throw new CommandError('notFound', `${options.status} has no ${path} (any more).`);
    return found;
  };

  return {
    async fleet() {
      const first: FleetView = await have('/api/fleet', {}, fleetViewSchema);
      const { next: _, ...whole } = first;
      const pages = await rest(first, (after) => have('/api/fleet', { after }, fleetViewSchema));
      return { ...whole, rows: [...first.rows, ...pages.flatMap(({ rows }) => rows)] };
    },
    migrationOf: (shoot) => requests.get('/api/migrations', { shoot }, migrationViewSchema),
    migration: (id) => requests.get(`/api/migrations/${encodeURIComponent(id)}`, {}, migrationViewSchema),
    async nodes(id, live) {
      const path = `/api/migrations/${encodeURIComponent(id)}/nodes`;
      const query = { live: String(live), limit: NODES_IN_A_PAGE };
      const first: NodesView = await have(path, query, nodesViewSchema);
      const { next: _, ...whole } = first;
      const pages = await rest(first, (after) => have(path, { ...query, after }, nodesViewSchema));
      return { ...whole, cells: [...first.cells, ...pages.flatMap(({ cells }) => cells)] };
    },
    history: (id, { after, limit }) =>
      have(
        `/api/migrations/${encodeURIComponent(id)}/history`,
        { after: String(after), limit: String(limit) },
        historyPageSchema,
      ),
    rollout: () => have('/api/rollout', {}, rolloutViewSchema),
    act: async (act) => {
      const { path, body } = requestFor(act);
      return await requests.post(path, body, sentWithOrWithoutAct);
    },
    close: async () => {},
  };
}

async function rest<Page extends { readonly next?: string | undefined }>(
  first: Page,
  pageAfter: (after: string) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let { next } = first; next !== undefined; next = pages.at(-1)?.next) {
    if (pages.length >= MOST_PAGES)
      throw new CommandError('unexpected', `The API's pages do not end (${MOST_PAGES} were read).`);
    pages.push(await pageAfter(next));
  }
  return pages;
}

function requestFor(act: Act): { readonly path: string; readonly body: object } {
  switch (act.kind) {
    case 'hold': {
      const pace = act.held || act.perMinute === undefined ? {} : { perMinute: act.perMinute };
      return { path: '/api/holds', body: { ...act.scope, held: act.held, ...pace } };
    }
    case 'rollout':
      return { path: '/api/rollout', body: act.order };
    case 'publish':
      return { path: '/api/messages', body: { topic: act.topic, body: act.body } };
    case 'retry':
      return { path: `/api/migrations/${encodeURIComponent(act.migration.id)}/retry`, body: act.wishes };
    default:
      return { path: `/api/migrations/${encodeURIComponent(act.migration.id)}/${act.kind}`, body: {} };
  }
}

import { z } from 'zod';
import { shootKey } from '../../engine/nudge.ts';
import { EXPLANATIONS, explain } from '../../explain/index.ts';
import type { Migration } from '../../migration/migration.ts';
import { migrationId } from '../../migration/migration.ts';
import {
  type FleetView,
  fleetViewSchema,
  historyPageSchema,
  migrationViewSchema,
  type NodesView,
  nodesViewSchema,
  rolloutViewSchema,
} from '../../view/index.ts';
import { type Answer, json, versionOf } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import { flag, headerOf, wholeNumber } from '../http/request.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { watchEvents } from './events.ts';
import type { Looks } from './looks.ts';
import { pageOf } from './pages.ts';
import { eventSchemas, reasonsSchema } from './schemas.ts';
import { allNodes, presentRollout, presentView } from './views.ts';

const byId = z.strictObject({ id: migrationId });
const oneOfShoot = z.strictObject({ shoot: shootKey.describe('`namespace/name` of the Shoot.') });
const nodeName = z.string().regex(/^[a-z0-9.-]{1,253}$/, 'expected the name of a node');

/** Everything that can be seen. */
export const STATUS_ROUTES: readonly Route<Looks>[] = [
  defineRoute({
    method: 'GET',
    path: '/api/fleet',
    summary: 'All shoots with a migration, those that need a human first.',
    query: z.strictObject({
      limit: wholeNumber(1, 1_000, 1_000),
      after: migrationId.optional().describe('`next` of the page before.'),
    }),
    answer: { kind: 'json', status: 200, description: 'The fleet.', schema: fleetViewSchema },
    handle: async ({ fleet }, { query: { limit, after } }) => {
      const { value, at } = await fleet.see();
      const { items, next } = pageOf(value.items, ({ id }) => id, { after, limit });
      const view: FleetView = {
        at: new Date(at).toISOString(),
        total: value.items.length,
        counts: value.counts,
        rows: [...items],
        unreadable: [...value.unreadable],
        ...(next !== undefined && { next }),
      };
      return json(view, { version: versionOf(`${value.version} ${after ?? ''} ${limit}`) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/rollout',
    summary: 'The rollout: its policy, who is let in, who waits and why, what is held.',
    answer: { kind: 'json', status: 200, description: 'The rollout.', schema: rolloutViewSchema },
    handle: async (looks) => {
      const { view, version } = await presentRollout(looks);
      return json(view, { version });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/migrations',
    summary: 'The migration of a shoot: the active one, else the newest.',
    query: oneOfShoot,
    answer: { kind: 'json', status: 200, description: 'The migration.', schema: migrationViewSchema },
    handle: async (looks, { query: { shoot } }) => migrationAnswer(looks, await looks.migrationOf(shoot)),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/migrations/{id}',
    summary: 'One migration: steps on a time line, constraints, plan with findings.',
    params: byId,
    answer: { kind: 'json', status: 200, description: 'The migration.', schema: migrationViewSchema },
    handle: async (looks, { params: { id } }) => migrationAnswer(looks, await looks.migration(id)),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/migrations/{id}/nodes',
    summary: 'What carries each node’s pods: from the records, or (`live`) from a look at cloud and cluster.',
    params: byId,
    query: z.strictObject({
      live: flag(false).describe('A look is shared by all who want one, and made every ten seconds at most.'),
      limit: wholeNumber(1, 10_000, 10_000),
      after: nodeName.optional().describe('`next` of the page before.'),
    }),
    answer: { kind: 'json', status: 200, description: 'The nodes by name.', schema: nodesViewSchema },
    handle: async (looks, { params: { id }, query: { live, limit, after } }) => {
      // That there is none is to be said, and not taken for trouble with the look.
      await looks.migration(id);
      const { value } = await looks.nodes(id).see(live);
      const { items, next } = pageOf(value.items, ({ name }) => name, { after, limit });
      const view: NodesView = {
        ...allNodes(id, value),
        cells: [...items],
        ...(next !== undefined && { next }),
      };
      return json(view, { version: versionOf(`${value.version} ${after ?? ''} ${limit}`) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/migrations/{id}/history',
    summary: 'What was decided and done, by what and by whom, oldest first.',
    params: byId,
    query: z.strictObject({
      after: wholeNumber(-1, 99_999_999, -1).describe('Number of the last entry that is known; -1 for none.'),
      limit: wholeNumber(1, 500, 200),
    }),
    answer: { kind: 'json', status: 200, description: 'A page of the history.', schema: historyPageSchema },
    handle: async (looks, { params: { id }, query }) => {
      await looks.migration(id);
      const page = await looks.history(id, query);
      return json(page, { version: versionOf(JSON.stringify(page)) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/reasons',
    summary: 'What every reason means, what to do about it, and where it comes from.',
    query: z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9]{1,60}$/, 'expected a reason, e.g. "PreflightBlocked"')
        .optional(),
    }),
    answer: { kind: 'json', status: 200, description: 'The reasons by name.', schema: reasonsSchema },
    handle: async (_, { query: { name } }) => {
      const reasons = name === undefined ? EXPLANATIONS : explain(name);
      if (reasons.length === 0) throw new Problem(404, `There is no reason ${name}.`);
      return json({ reasons }, { version: versionOf(JSON.stringify(reasons)) });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/events',
    summary:
      'Server-sent events: news of the fleet, or of one migration. Ends after some minutes; a client that comes back with Last-Event-ID gets what has changed since.',
    query: z.strictObject({
      migration: migrationId.optional().describe('News of this migration in place of the fleet’s.'),
      nodes: flag(false).describe('Its nodes too.'),
      live: flag(false).describe('Its nodes as cloud and cluster show them.'),
      historyAfter: wholeNumber(-1, 99_999_999, -1)
        .unwrap()
        .optional()
        .describe('Number of the last entry that is known; without it only later ones are sent.'),
    }),
    answer: { kind: 'events', description: 'Events by name.', events: eventSchemas },
    handle: async (looks, { query, request }) => {
      const { migration, nodes, live, historyAfter } = query;
      const alone = migration === undefined && (nodes || live || historyAfter !== undefined);
      if (alone) {
        const errors = [
          { field: 'migration', expected: 'the id of a migration, beside nodes, live and historyAfter' },
        ];
        throw new Problem(400, 'The query cannot be understood.', { errors });
      }
      const watched = { migration, nodes: nodes || live, live, historyAfter };
      return await watchEvents(looks, watched, headerOf(request, 'last-event-id'));
    },
  }),
];

async function migrationAnswer(looks: Looks, migration: Migration): Promise<Answer> {
  const { view, version } = await presentView(looks, migration);
  return json(view, { version });
}

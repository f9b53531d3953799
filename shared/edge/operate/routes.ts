import { z } from 'zod';
import { PAUSE, RESUME, type Topic } from '../../bus/topics.ts';
import { timestamp } from '../../clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { wishFields } from '../../engine/nudge.ts';
import { projectId } from '../../engine/pause-target.ts';
import type { Who } from '../../migration/history.ts';
import { type Migration, migrationId } from '../../migration/migration.ts';
import { ABORT } from '../../migration/steps.ts';
import { recordAct } from '../../store/acts.ts';
import { type Answer, json } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { ACT_ATTRIBUTE, OPERATOR_ATTRIBUTE } from '../operator.ts';

/** Who asks, and what for. */
export interface Operation {
  readonly engine: Pick<Engine, 'documents' | 'migrations' | 'bus' | 'clock'>;
  readonly newId: () => string;
  readonly who: Who;
}

/** A message was sent; what becomes of it stands in the history. */
export const sentSchema = z.strictObject({
  act: z.string().describe('The id under which it is on record.'),
  topic: z.string(),
  who: z.strictObject({ name: z.string(), verified: z.boolean() }),
});

const byId = z.strictObject({ id: migrationId });
const SENT = {
  kind: 'json',
  status: 202,
  description: 'It was asked for. What becomes of it, also that it is refused, stands in the history.',
  schema: sentSchema,
} as const;

/** Everything that operators do over HTTP. Each sends a message that an operator could publish by hand, and does no more. */
export const OPERATE_ROUTES: readonly Route<Operation>[] = [
  defineRoute({
    method: 'POST',
    path: '/api/migrations/{id}/pause',
    summary: 'Stops at the next safe point.',
    params: byId,
    body: z.strictObject({}),
    answer: SENT,
    handle: async (operation, { params: { id } }) => {
      const { shoot } = await presentMigration(operation, id);
      return await send(operation, PAUSE, { shoot: shoot.key });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/migrations/{id}/resume',
    summary: 'Goes on.',
    params: byId,
    body: z.strictObject({}),
    answer: SENT,
    handle: async (operation, { params: { id } }) => {
      const { shoot } = await presentMigration(operation, id);
      return await send(operation, RESUME, { shoot: shoot.key });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/migrations/{id}/abort',
    summary: 'Leads back to what was found, at the next safe point.',
    params: byId,
    body: z.strictObject({}),
    answer: SENT,
    handle: async (operation, { params: { id } }) => {
      const { shoot } = await presentMigration(operation, id);
      return await send(operation, ABORT, { shoot: shoot.key, migration: id });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/migrations/{id}/retry',
    summary:
      'Runs the present step now: although it is blocked, before its wait is over, outside the maintenance window.',
    params: byId,
    body: z.strictObject(wishFields),
    answer: SENT,
    handle: async (operation, { params: { id }, body }) => {
      const { shoot, position } = await presentMigration(operation, id);
      return await send(operation, position, { shoot: shoot.key, migration: id, ...body });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/holds',
    summary: 'Holds, or lets go, all of a project or namespace: those under way, and those that start later.',
    body: z.strictObject({
      kind: z.enum(['project', 'namespace'], 'expected "project" or "namespace"'),
      name: projectId,
      held: z.boolean('expected true or false'),
    }),
    answer: SENT,
    handle: async (operation, { body: { kind, name, held } }) => {
      if (kind === 'namespace' && !/^[a-z0-9-]{1,63}$/.test(name)) {
        const errors = [
          { field: 'name', expected: 'expected a namespace of the garden, e.g. "garden-core"' },
        ];
        throw new Problem(400, 'The body cannot be understood.', { errors });
      }
      return await send(operation, held ? PAUSE : RESUME, { [kind]: name });
    },
  }),
];

/**
 * The migration, if it is the one that messages for its shoot are about: whoever looks at an old one does not mean the new one.
 *
 * @throws Problem
 */
async function presentMigration({ engine }: Operation, id: string): Promise<Migration> {
  const migration = await engine.migrations.get(id);
  if (migration === undefined) throw new Problem(404, `There is no migration ${id}.`);
  const present = await engine.migrations.findByShoot(migration.shoot.key);
  if (present !== undefined && present.id !== id) {
    throw new Problem(409, `The shoot ${migration.shoot.key} has a later migration, ${present.id}.`);
  }
  return migration;
}

/** On record first: who sees the message can look up whether it is what a verified caller asked for. */
async function send({ engine, newId, who }: Operation, topic: Topic, body: object): Promise<Answer> {
  const act = newId();
  const text = JSON.stringify(body);
  await recordAct(engine.documents, act, { at: timestamp(engine.clock), topic, text, who });
  const attributes = { [OPERATOR_ATTRIBUTE]: who.name, [ACT_ATTRIBUTE]: act };
  await engine.bus.publish(topic, { body, attributes });
  return json({ act, topic, who }, { status: 202 });
}

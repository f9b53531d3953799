import { z } from 'zod';
import { ROLLOUT } from '../../bus/topics.ts';
import { timestamp } from '../../clock.ts';
import type { Engine } from '../../engine/engine.ts';
import { wishFields } from '../../engine/nudge.ts';
import { rolloutOrderFields, rolloutOrderSchema } from '../../fleet/index.ts';
import type { Who } from '../../migration/history.ts';
import { migrationId } from '../../migration/migration.ts';
import { recordAct } from '../../store/acts.ts';
import { type Answer, json } from '../http/answer.ts';
import { fieldErrors, Problem } from '../http/problem.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { ACT_ATTRIBUTE, OPERATOR_ATTRIBUTE } from '../operator.ts';
import { type ActMessage, actMessage, type Meant, sentSchema } from './act-messages.ts';
import { holdMessage, holdSchema } from './holds.ts';
import { assertUnderstood, messageSchema } from './messages.ts';

/** Who asks, and what for. */
export interface Operation {
  readonly engine: Pick<Engine, 'documents' | 'migrations' | 'bus' | 'clock'>;
  readonly newId: () => string;
  readonly who: Who;
}

/** A page asks so before it offers anything to be done. */
const callerSchema = sentSchema.pick({ who: true });

const byId = z.strictObject({ id: migrationId });
const SENT = {
  kind: 'json',
  status: 202,
  description: 'It was asked for. What becomes of it, also that it is refused, stands in the history.',
  schema: sentSchema,
} as const;

/** What is asked of a migration with nothing more to say. */
function plainAct(act: 'pause' | 'resume' | 'abort', summary: string): Route<Operation> {
  return defineRoute({
    method: 'POST',
    path: `/api/migrations/{id}/${act}`,
    summary,
    params: byId,
    body: z.strictObject({}),
    answer: SENT,
    handle: async (operation: Operation, { params: { id } }) =>
      await send(operation, actMessage(act, await presentMigration(operation, id))),
  });
}

/** Everything that operators do over HTTP. Each sends a message that an operator could publish by hand, and does no more. */
export const OPERATE_ROUTES: readonly Route<Operation>[] = [
  defineRoute({
    method: 'POST',
    path: '/api/caller',
    summary:
      'Whether the caller may act here, and as whom. Sends nothing; a POST, since only those are led to this function.',
    body: z.strictObject({}),
    answer: { kind: 'json', status: 200, description: 'As whom.', schema: callerSchema },
    handle: async ({ who: { name, verified } }) => json({ who: { name, verified } }),
  }),
  plainAct('pause', 'Stops at the next safe point.'),
  plainAct('resume', 'Goes on.'),
  plainAct('abort', 'Leads back to what was found, at the next safe point.'),
  defineRoute({
    method: 'POST',
    path: '/api/migrations/{id}/retry',
    summary:
      'Runs the present step now: although it is blocked, before its wait is over, outside the maintenance window.',
    params: byId,
    body: z.strictObject(wishFields),
    answer: SENT,
    handle: async (operation, { params: { id }, body }) => {
      return await send(operation, actMessage('retry', await presentMigration(operation, id), body));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/holds',
    summary:
      'Holds, or lets go, all of a project or namespace, or everything: those under way, and those that start later.',
    body: holdSchema,
    answer: SENT,
    handle: async (operation, { body }) => await send(operation, holdMessage(body)),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/rollout',
    summary: 'Sets the policy by which shoots are let in, goes on after a stop, stops, or ends the rollout.',
    body: z.strictObject(rolloutOrderFields),
    answer: SENT,
    handle: async (operation, { body }) => {
      const order = rolloutOrderSchema.safeParse(body);
      if (!order.success) {
        throw new Problem(400, 'The body cannot be understood.', { errors: fieldErrors(order.error) });
      }
      return await send(operation, { topic: ROLLOUT, body });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/messages',
    summary:
      'Publishes any message that operators may publish by hand: a change of a Shoot, which starts a migration, or a step’s nudge in an emergency.',
    body: messageSchema,
    answer: SENT,
    handle: async (operation, { body: message }) => {
      assertUnderstood(message);
      return await send(operation, message);
    },
  }),
];

/**
 * The migration, if it is the one that messages for its shoot are about: whoever looks at an old one does not mean the new one.
 *
 * @throws Problem
 */
async function presentMigration({ engine }: Operation, id: string): Promise<Meant> {
  const migration = await engine.migrations.get(id);
  if (migration === undefined) throw new Problem(404, `There is no migration ${id}.`);
  const present = await engine.migrations.findByShoot(migration.shoot.key);
  if (present !== undefined && present.id !== id) {
    throw new Problem(409, `The shoot ${migration.shoot.key} has a later migration, ${present.id}.`);
  }
  return { id, shoot: migration.shoot.key, step: migration.position };
}

/** On record first: who sees the message can look up whether it is what a verified caller asked for. */
async function send({ engine, newId, who }: Operation, { topic, body }: ActMessage): Promise<Answer> {
  const act = newId();
  const text = JSON.stringify(body);
  await recordAct(engine.documents, act, { at: timestamp(engine.clock), topic, text, who });
  const attributes = { [OPERATOR_ATTRIBUTE]: who.name, [ACT_ATTRIBUTE]: act };
  await engine.bus.publish(topic, { body, attributes });
  return json({ act, topic, who }, { status: 202 });
}

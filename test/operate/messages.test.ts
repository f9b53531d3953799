import { beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../shared/bus/bus.ts';
import { onShootChanged } from '../../shared/edge/handlers.ts';
import { answered } from '../../shared/edge/http/serve.ts';
import type { IdentifyCaller } from '../../shared/edge/operate/callers.ts';
import { answerAs } from '../../shared/edge/operate/serve.ts';
import { excerptOf } from '../../shared/migration/shoot-excerpt.ts';
import { message } from '../edge/messages.ts';
import { checked } from '../status/client.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { testEngine } from '../support/test-engine.ts';

const ALICE = { name: 'alice@example.com', verified: true };
const known: IdentifyCaller = async () => ({ who: ALICE });
const CHANGE = { before: excerptOf(manifest(['IPv4'])), after: excerptOf(manifest()) };
const HEADERS = { 'x-requested-by': 'shoot-dualstack', 'content-type': 'application/json' };

let engine: ReturnType<typeof testEngine>;
let sent: { topic: string; message: OutgoingMessage }[];
beforeEach(() => {
  engine = testEngine();
  sent = [];
});

async function publish(
  body: unknown,
  { identify = known, headers = HEADERS as Record<string, string> } = {},
) {
  const bus = {
    publish: async (topic: string, outgoing: OutgoingMessage) => void sent.push({ topic, message: outgoing }),
  };
  const request = { method: 'POST', url: '/api/messages', headers, body: Buffer.from(JSON.stringify(body)) };
  const result = await answered('operate', request, () => answerAs(identify, { ...engine, bus }, request));
  if (result.kind === 'events') throw new Error('events');
  return checked('post', '/api/messages', result);
}

test('a change of a Shoot that a known operator published starts a migration, and the history says who', async () => {
  expect(await publish({ topic: 'shoot-changed', body: CHANGE })).toMatchObject({
    status: 202,
    json: { topic: 'shoot-changed', who: ALICE },
  });
  const [{ message: outgoing } = { message: { body: {}, attributes: {} } }] = sent;
  const delivered = message(JSON.stringify(outgoing.body), { attributes: { ...outgoing.attributes } });
  expect(await onShootChanged(engine, delivered)).toMatchObject({ kind: 'started' });
  const migration = await engine.migrations.findByShoot('garden-core/api');
  expect((await engine.migrations.history(migration?.id ?? ''))[0]).toMatchObject({
    event: 'started',
    who: ALICE,
  });
});

test.each([
  ['migrate-routes', { shoot: 'garden-core/api' }],
  ['preflight', { shoot: 'garden-core/api', strategy: 'rollover' }],
  ['pause', { namespace: 'garden-core' }],
  ['resume', { shoot: 'garden-core/api' }],
  ['abort', { shoot: 'garden-core/api' }],
])('what may be published by hand may be published here: %s', async (topic, body) => {
  expect((await publish({ topic, body })).status).toBe(202);
  expect(sent).toEqual([
    {
      topic,
      message: {
        body,
        attributes: expect.objectContaining({ operator: ALICE.name, act: expect.any(String) }),
      },
    },
  ]);
});

describe('nothing is sent', () => {
  test.each<[topic: string, body: unknown, field: string]>([
    ['maintenance-tick', {}, 'topic'],
    ['watch-shoots', {}, 'topic'],
    ['dead-letter', {}, 'topic'],
    ['../pause', {}, 'topic'],
    ['migrate-routes', { shoot: 'garden-core/api', cause: 'engine' }, 'body.cause'],
    ['abort', { shoot: 'garden-core/api', cause: 'schedule' }, 'body.cause'],
    ['abort', { shoot: 'garden-core/api', strategy: 'cutover' }, 'body.strategy'],
    ['migrate-routes', {}, 'body.shoot'],
    ['pause', { shoot: 'a/b', namespace: 'c' }, 'body.(whole)'],
    ['shoot-changed', { after: {} }, 'body.after'],
    ['shoot-changed', { ...CHANGE, before: { kind: 'Pod' } }, 'body.before'],
    ['shoot-changed', { ...CHANGE, project: 'A B' }, 'body.project'],
    ['shoot-changed', { ...CHANGE, more: 1 }, 'body.more'],
    ['shoot-changed', [], 'body'],
  ])('on %s with %j', async (topic, body, field) => {
    const errors = expect.arrayContaining([expect.objectContaining({ field })]);
    expect(await publish({ topic, body })).toMatchObject({ status: 400, json: { errors } });
    expect(sent).toEqual([]);
  });

  test('for who is not known, and for what a page of others may send', async () => {
    const stranger: IdentifyCaller = async () => ({ unproven: 'it brings no token' });
    const asked = { topic: 'shoot-changed', body: CHANGE };
    expect((await publish(asked, { identify: stranger })).status).toBe(401);
    expect((await publish(asked, { headers: { 'content-type': 'application/json' } })).status).toBe(403);
    expect(sent).toEqual([]);
  });
});

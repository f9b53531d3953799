import { beforeEach, describe, expect, test } from 'vitest';
import { embeddedDocuments } from '../../infra/local/backends/embedded/documents.ts';
import type { OutgoingMessage } from '../../shared/bus/bus.ts';
import { onAbort, onNudge, onPause, onResume } from '../../shared/edge/handlers.ts';
import type { Answer } from '../../shared/edge/http/answer.ts';
import { answered } from '../../shared/edge/http/serve.ts';
import type { IdentifyCaller } from '../../shared/edge/operate/callers.ts';
import { answerAs } from '../../shared/edge/operate/serve.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import { message } from '../edge/messages.ts';
import { checked } from '../status/client.ts';
import { FIRST, scriptedStep } from '../support/scripted-step.ts';
import { startedMigration } from '../support/started-migration.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';

const ALICE = { name: 'alice@example.com', verified: true };
const known: IdentifyCaller = async () => ({ who: ALICE });

let engine: ReturnType<typeof testEngine>;
let migration: Migration;
let sent: { topic: string; message: OutgoingMessage }[];

beforeEach(async () => {
  sent = [];
  const documents = embeddedDocuments();
  const blocks = scriptedStep(FIRST, { kind: 'blocked', reason: 'RunsDie', message: 'm', remedy: 'r' });
  engine = testEngine({ world: { ...testWorld(), documents }, steps: [blocks] });
  migration = await startedMigration(engine);
});

/** Asks the function `operate`, with a bus that keeps what it is given. */
async function act(
  url: string,
  body?: unknown,
  options: { identify?: IdentifyCaller; headers?: Record<string, string>; method?: string } = {},
) {
  const bus = {
    publish: async (topic: string, outgoing: OutgoingMessage) => void sent.push({ topic, message: outgoing }),
  };
  const request = {
    method: options.method ?? 'POST',
    url,
    headers: {
      'x-requested-by': 'shoot-dualstack',
      host: 'ops.example',
      'content-type': 'application/json',
      ...options.headers,
    },
    body:
      body === undefined
        ? Buffer.alloc(0)
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
  const result = await answered('operate', request, () =>
    answerAs(options.identify ?? known, { ...engine, bus }, request),
  );
  if (result.kind === 'events') throw new Error('events');
  const answer: Answer = result;
  return checked('post', url, answer);
}

/** What was sent, as it comes out of the bus. */
function delivered(index = 0, id = `m-${index}`) {
  const { topic, message: outgoing } = sent[index] ?? { topic: '', message: { body: {} } };
  return {
    topic,
    message: message(JSON.stringify(outgoing.body), { id, attributes: { ...outgoing.attributes } }),
  };
}

async function lastLine() {
  return (await engine.migrations.history(migration.id)).at(-1);
}

describe('an act of a known operator', () => {
  test.each<[what: string, topic: string, body: object]>([
    ['pause', 'pause', { shoot: 'garden-core/api' }],
    ['resume', 'resume', { shoot: 'garden-core/api' }],
    ['abort', 'abort', { shoot: 'garden-core/api', migration: 'shoot--core--api-0f7c3b0e-1' }],
    ['retry', FIRST, { shoot: 'garden-core/api', migration: 'shoot--core--api-0f7c3b0e-1' }],
  ])('is the message that could be published by hand: %s', async (what, topic, body) => {
    const answer = await act(`/api/migrations/${migration.id}/${what}`);
    expect(answer).toMatchObject({ status: 202, json: { topic, who: ALICE } });
    expect(sent).toEqual([
      { topic, message: { body, attributes: { operator: ALICE.name, act: expect.any(String) } } },
    ]);
  });

  test('stands in the history with who it was, verified', async () => {
    await act(`/api/migrations/${migration.id}/pause`);
    await onPause(engine, delivered().message);
    expect(await lastLine()).toMatchObject({ event: 'paused', by: 'operator', who: ALICE });
    await act(`/api/migrations/${migration.id}/resume`);
    await onResume(engine, delivered(1).message);
    expect(await lastLine()).toMatchObject({ event: 'resumed', by: 'operator', who: ALICE });
    await act(`/api/migrations/${migration.id}/retry`, { strategy: 'rollover' });
    await engine.clock.until(onNudge(FIRST)(engine, delivered(2).message));
    const history = await engine.migrations.history(migration.id);
    for (const event of ['wished', 'begun', 'blocked']) {
      expect(
        history.find((line) => line.event === event),
        event,
      ).toMatchObject({ by: 'operator', who: ALICE });
    }
  });

  test('stands in the history also when it is refused', async () => {
    await engine.migrations.change(migration.id, (current) => ({
      migration: { ...current, active: false, status: { kind: 'succeeded', since: current.createdAt } },
    }));
    for (const [index, [what, handle]] of [
      ['pause', onPause] as const,
      ['abort', onAbort] as const,
      ['retry', onNudge(FIRST)] as const,
    ].entries()) {
      expect((await act(`/api/migrations/${migration.id}/${what}`)).status).toBe(202);
      await handle(engine, delivered(index).message);
      expect(await lastLine()).toMatchObject({ event: 'refused', reason: 'MigrationFinished', who: ALICE });
    }
  });

  test('of a project is on record though no migration is there to tell of it', async () => {
    expect(await act('/api/holds', { kind: 'project', name: 'other-project', held: true })).toMatchObject({
      status: 202,
      json: { topic: 'pause' },
    });
    await onPause(engine, delivered().message);
    const [record] = await engine.documents.list('acts');
    expect(record?.fields).toMatchObject({
      topic: 'pause',
      text: '{"project":"other-project"}',
      who: ALICE,
      messageId: 'm-0',
    });
    expect((await engine.documents.get('holds/project:other-project'))?.fields).toMatchObject({ who: ALICE });
  });

  test('on an old migration of the shoot is a conflict that names the new one', async () => {
    await engine.migrations.change(migration.id, (current) => ({ migration: { ...current, active: false } }));
    const fields = (await engine.documents.get(`migrations/${migration.id}`))?.fields ?? {};
    const newer = { ...fields, id: 'newer', active: true };
    await engine.documents.commit([{ kind: 'put', path: 'migrations/newer', fields: newer }]);
    const answer = await act(`/api/migrations/${migration.id}/abort`);
    expect(answer).toMatchObject({ status: 409, json: { detail: expect.stringContaining('newer') } });
    expect(sent).toEqual([]);
  });
});

describe('a message that claims to be a verified act', () => {
  const pausing = JSON.stringify({ shoot: 'garden-core/api' });
  const forged = (attributes: Record<string, string>, text = pausing, id = 'forged') =>
    message(text, { id, attributes });

  test.each<[what: string, text: string, id: string]>([
    ['of another message', pausing, 'another'],
    ['with another body', JSON.stringify({ namespace: 'garden-core' }), 'm-0'],
  ])('is believed no more than what it claims: the act %s', async (_, text, id) => {
    await act(`/api/migrations/${migration.id}/pause`);
    await onPause(engine, delivered().message);
    await onResume(engine, message({ shoot: 'garden-core/api' }, { id: 'by-hand' }));
    const attributes = { ...sent[0]?.message.attributes, operator: 'mallory' };
    await onPause(engine, forged(attributes, text, id));
    expect(await lastLine()).toMatchObject({ event: 'paused', who: { name: 'mallory', verified: false } });
  });

  test('which nobody has put on record is not believed', async () => {
    await onPause(engine, forged({ act: 'no-such-act', operator: 'mallory', verified: 'true' }));
    expect(await lastLine()).toMatchObject({ event: 'paused', who: { name: 'mallory', verified: false } });
  });

  test('on another topic than the act is not believed', async () => {
    await act(`/api/migrations/${migration.id}/resume`);
    await onPause(engine, delivered().message);
    expect(await lastLine()).toMatchObject({ event: 'paused', who: { name: ALICE.name, verified: false } });
  });

  test('and comes twice, as the bus may have it, is believed twice', async () => {
    await act(`/api/migrations/${migration.id}/pause`);
    await onPause(engine, delivered().message);
    await onResume(engine, message({ shoot: 'garden-core/api' }, { id: 'by-hand' }));
    await onPause(engine, delivered().message);
    expect(await lastLine()).toMatchObject({ event: 'paused', who: ALICE });
  });
});

describe('nothing is sent', () => {
  test.each<[what: string, headers: Record<string, string>]>([
    ['without the header that no page of others can send', { 'x-requested-by': '' }],
    ['with another value in it', { 'x-requested-by': 'XMLHttpRequest' }],
    ['from a page of another origin', { origin: 'https://evil.example' }],
    ['from a page with no origin', { origin: 'null' }],
    ['from a page of a neighbour', { origin: 'https://ops.example:8443' }],
    ['from a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a page of the same site but another origin', { 'sec-fetch-site': 'same-site' }],
  ])('%s', async (_, headers) => {
    expect(await act(`/api/migrations/${migration.id}/pause`, {}, { headers })).toMatchObject({
      status: 403,
    });
    expect(sent).toEqual([]);
  });

  test('for who does not prove who they are, whatever there is', async () => {
    const identify: IdentifyCaller = async () => ({ unproven: 'it brings no token' });
    for (const url of [`/api/migrations/${migration.id}/pause`, '/api/migrations/nobody/pause', '/nothing']) {
      expect(await act(url, {}, { identify })).toMatchObject({ status: 401 });
    }
    expect(sent).toEqual([]);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('for %s', async (method) => {
    const answer = await act(`/api/migrations/${migration.id}/pause`, undefined, { method });
    expect(answer).toMatchObject({ status: 405, headers: { Allow: 'POST' } });
    expect(sent).toEqual([]);
  });

  test.each<[status: number, body: unknown, headers: Record<string, string>]>([
    [400, 'no json', {}],
    [400, { reason: 'because' }, {}],
    [400, [], {}],
    [413, `"${'x'.repeat(20_000)}"`, {}],
    [415, {}, { 'content-type': 'text/plain' }],
  ])('for a body that is wrong (%d)', async (status, body, headers) => {
    expect((await act(`/api/migrations/${migration.id}/pause`, body, { headers })).status).toBe(status);
    expect(sent).toEqual([]);
  });

  test.each<[body: object, field: string]>([
    [{ kind: 'shoot', name: 'x', held: true }, 'kind'],
    [{ kind: 'project', name: 'A B', held: true }, 'name'],
    [{ kind: 'namespace', name: 'a.b', held: true }, 'name'],
    [{ kind: 'project', name: 'x' }, 'held'],
  ])('for a hold that is none: %j', async (body, field) => {
    const errors = [expect.objectContaining({ field })];
    expect(await act('/api/holds', body)).toMatchObject({ status: 400, json: { errors } });
    expect(sent).toEqual([]);
  });
});

test('a page of this very origin may act', async () => {
  const headers = { origin: 'https://ops.example', 'sec-fetch-site': 'same-origin' };
  expect((await act(`/api/migrations/${migration.id}/pause`, {}, { headers })).status).toBe(202);
});

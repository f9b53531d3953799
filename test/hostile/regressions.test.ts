import { describe, expect, test, vi } from 'vitest';
import { CommandLineEnd } from '../../infra/local/command-line.ts';
import { startOptions } from '../../infra/local/options.ts';
import { MESSAGE_PUBLISHED } from '../../shared/edge/message.ts';
import { limitsOf, MOST_LEASE_SECONDS, readSettings } from '../../shared/runtime/settings.ts';
import { json, push, pushBody, raw, structuredEvent } from '../edge/deliveries.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { hostileWorld } from './world.ts';

/** What properties found once, each said plainly. */

const NUDGE = '{"shoot":"garden-core/api"}';

describe('the id of a project', () => {
  const NO_IDS = ['', '../x', 'P', 'a b', 'x'.repeat(101), 'p\n{"severity":"ERROR"}'];

  test.each(NO_IDS)('is not taken from a change when it is none: %j', async (project) => {
    const world = await hostileWorld();
    const before = await world.rest();
    const change = { before: manifest(['IPv4']), after: manifest(), project };
    await world.deliver('shoot-changed', push({ text: JSON.stringify(change) }));
    const [refusal] = await world.refusals();
    expect(refusal?.fields).toMatchObject({
      reason: 'InvalidBody',
      message: expect.stringContaining('project: expected the id of a GCP project'),
    });
    expect(await world.rest()).toEqual(before);
  });

  test.each(NO_IDS)('is not paused when it is none: %j', async (project) => {
    const world = await hostileWorld();
    const before = await world.rest();
    await world.deliver('pause', push({ text: JSON.stringify({ project }) }));
    const [refusal] = await world.refusals();
    expect(refusal?.fields).toMatchObject({ reason: 'InvalidBody' });
    expect(await world.rest()).toEqual(before);
  });
});

describe('the id of a message', () => {
  test.each([
    ['of a hundred thousand characters', 'x'.repeat(100_000)],
    ['of two lines', 'a\nb'],
    ['that is a secret', 'ya29.a0AfB_plantedOAuthToken-x'],
  ])('%s is replaced by one of the body, the same each time', async (_, messageId) => {
    const world = await hostileWorld();
    const delivery = json({ message: { ...pushBody({ text: 'no JSON' }).message, messageId } });
    await world.deliver('preflight', delivery);
    await world.deliver('preflight', delivery);
    const refusals = await world.refusals();
    expect(refusals).toHaveLength(1);
    expect(JSON.stringify(refusals).length).toBeLessThan(1_000);
    expect(refusals[0]?.path).toMatch(/^refusals\/preflight-[\w.-]{10,100}$/);
    expect(refusals[0]?.fields.messageId).not.toBe(messageId);
  });
});

test('the id of a message that looks like a path leaves no collection', async () => {
  const world = await hostileWorld();
  await world.deliver('preflight', push({ text: 'no JSON', id: '../migrations/x' }));
  expect((await world.refusals()).map(({ path }) => path)).toEqual(['refusals/preflight-.._migrations_x']);
});

test.each(['{"shoot":"garden-core/api","password": Pl4ntedBare}', '{"a":1,"token":Pl4ntedBare,}'])(
  'what is wrong with the JSON of %j is said without quoting it: a quote would begin behind the name of a secret',
  async (text) => {
    const world = await hostileWorld();
    await world.deliver('preflight', push({ text }));
    expect(await world.refusals()).toHaveLength(1);
    expect(JSON.stringify(await world.refusals()) + world.lines.join('')).not.toContain('Pl4nted');
  },
);

test.each(['', 'hello', '{"message":7}'])('what is no message (%j) is on record once', async (body) => {
  const world = await hostileWorld();
  for (const _ of [1, 2]) await world.deliver('preflight', raw(body));
  expect(await world.refusals()).toHaveLength(1);
});

test.each(['', 'another-migration', '../x'])(
  'a migration that says %j is its id is not taken for that one, nor written to',
  async (id) => {
    const world = await hostileWorld();
    const path = `migrations/${world.migration.id}`;
    const present = await world.engine.documents.get(path);
    await world.engine.documents.commit([{ kind: 'put', path, fields: { ...present?.fields, id } }]);
    const before = await world.rest();
    await expect(world.deliver('preflight', push({ text: NUDGE }))).rejects.toThrow(
      `document ${path} cannot be understood`,
    );
    expect(await world.rest()).toEqual(before);
  },
);

describe('a dead letter', () => {
  test.each([
    ['5', 'failed 5 times'],
    ['1e9', 'failed too many times'],
    ['9'.repeat(1_000), 'failed too many times'],
    ['5\nforged', 'failed too many times'],
  ])('that says it was delivered %j times %s', async (deliveries, says) => {
    const world = await hostileWorld();
    const attributes = {
      CloudPubSubDeadLetterSourceSubscription: 'preflight-push',
      CloudPubSubDeadLetterSourceDeliveryCount: deliveries,
    };
    await world.deliver('dead-letter', push({ text: NUDGE, attributes }));
    const [refusal] = await world.refusals();
    expect(refusal?.fields.message).toBe(`a message on the topic preflight ${says}`);
  });
});

describe('a batch of CloudEvents', () => {
  const event: unknown = JSON.parse(structuredEvent({ text: NUDGE }).body.toString('utf8'));

  test.each([
    ['application/cloudevents-batch+json', [event]],
    ['application/cloudevents-batch+json; charset=utf-8', [event, event]],
    ['Application/CloudEvents-Batch+JSON', [event]],
    ['application/cloudevents+json', [event]],
    ['application/cloudevents-batch+json', []],
  ])('as %s is refused whole, in so many words, although its content is valid', async (type, events) => {
    const world = await hostileWorld();
    const before = await world.rest();
    const delivery = json(events, { 'content-type': type });
    await world.deliver('preflight', delivery);
    await world.deliver('preflight', delivery);
    const refusals = await world.refusals();
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.fields).toMatchObject({ reason: 'NotAMessage' });
    expect(refusals[0]?.fields.message).toContain('batch of CloudEvents');
    expect(await world.rest()).toEqual(before);
  });

  test('but one event alone is taken, however its type is written', async () => {
    const world = await hostileWorld();
    await world.deliver('preflight', json(event, { 'content-type': 'Application/CloudEvents+JSON' }));
    expect(await world.refusals()).toEqual([]);
    expect(event).toMatchObject({ type: MESSAGE_PUBLISHED });
  });
});

test.each(['86401', '1e9', '1e308', 'Infinity'])(
  'a lease of %s seconds is refused by its name',
  (seconds) => {
    expect(() => readSettings({ GOOGLE_CLOUD_PROJECT: 'p', LEASE_SECONDS: seconds })).toThrow(
      /LEASE_SECONDS: .*(86400|expected)/,
    );
    const most = readSettings({ GOOGLE_CLOUD_PROJECT: 'p', LEASE_SECONDS: String(MOST_LEASE_SECONDS) });
    expect(limitsOf(most).leaseSeconds).toBe(86_400);
  },
);

test.each(['1e3', '0x10', ' 7', '7 ', '', '1_000', '0', '5001', '-1', '1.0'])(
  'npm start refuses %j as a number of nodes',
  (nodes) => {
    const said: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      expect(() => startOptions([`--nodes=${nodes}`])).toThrow(CommandLineEnd);
    } finally {
      write.mockRestore();
    }
    expect(said.join('')).toContain('--nodes');
  },
);

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bodyOf, type Delivery, messageOf } from '../../shared/edge/message.ts';
import { nudgeSchema } from '../../shared/engine/nudge.ts';
import { binaryEvent, json, push, pushBody, raw, refusalOf, structuredEvent } from './deliveries.ts';

const NUDGE = '{"shoot":"garden-core/api"}';

describe('one message is the same however it comes', () => {
  const sent = { text: NUDGE, attributes: { a: 'b' } };
  test.each<[string, Delivery]>([
    ['as the body of a push', push(sent)],
    ['as a CloudEvent in binary mode', binaryEvent(sent)],
    ['as a CloudEvent in structured mode', structuredEvent(sent)],
  ])('%s', (_way, delivery) => {
    const message = messageOf(delivery);
    expect(message).toEqual({
      id: '4711',
      subscription: 'migrate-routes-push',
      attributes: { a: 'b' },
      text: NUDGE,
    });
    expect(bodyOf(message, nudgeSchema)).toEqual({ shoot: 'garden-core/api', cause: 'operator' });
  });
});

describe('what a delivery may leave out', () => {
  test('data: the text is empty', () => {
    for (const way of [push, binaryEvent, structuredEvent]) {
      expect(messageOf(way({})).text).toBe('');
      expect(refusalOf(way({}))).toEqual({ reason: 'NotJson', message: "the message's data is empty" });
    }
  });

  test('attributes, also as null', () => {
    expect(messageOf(push({ text: NUDGE })).attributes).toEqual({});
    const { message } = pushBody({ text: NUDGE });
    expect(messageOf(json({ message: { ...message, attributes: null } })).attributes).toEqual({});
  });

  test('subscription and one of the two spellings of the id', () => {
    expect(messageOf(json({ message: { message_id: '7' } }))).toMatchObject({
      id: '7',
      subscription: undefined,
    });
    expect(messageOf(json({ message: { messageId: '8' } }))).toMatchObject({ id: '8' });
  });

  test('any id, where the CloudEvent has one', () => {
    const { headers } = binaryEvent({});
    expect(messageOf({ headers, body: Buffer.from('{"message":{}}') }).id).toBe('event-1');
  });
});

describe('what is no message is refused by reason', () => {
  const { message } = pushBody({ text: NUDGE });
  const structured = { 'content-type': 'application/cloudevents+json' };
  test.each<[what: string, delivery: Delivery, reason: string, text: RegExp]>([
    ['nothing', raw(''), 'NotJson', /^the request is empty$/],
    ['spaces', raw(' \n '), 'NotJson', /^the request is empty$/],
    ['text', raw('hello'), 'NotJson', /^the request is not JSON$/],
    ['half a message', raw('{"message":{"data":"'), 'NotJson', /not JSON/],
    ['binary', raw(new Uint8Array([0xff, 0xfe, 0, 1])), 'NotJson', /not JSON/],
    ['null', raw('null'), 'NotAMessage', /no Pub\/Sub message: \(whole\): .*expected object/],
    ['a list', raw('[]'), 'NotAMessage', /\(whole\): .*expected object/],
    ['a number', raw('7'), 'NotAMessage', /\(whole\): .*expected object/],
    ['an empty object', raw('{}'), 'NotAMessage', /message: .*expected object/],
    ['a nudge without its wrapping', raw(NUDGE), 'NotAMessage', /message: .*expected object/],
    [
      'data that is a number',
      json({ message: { ...message, data: 7 } }),
      'NotAMessage',
      /message\.data: expected base64/,
    ],
    [
      'data that is an object',
      json({ message: { ...message, data: {} } }),
      'NotAMessage',
      /message\.data: expected base64/,
    ],
    [
      'data that is not base64',
      json({ message: { ...message, data: '{"a":1}' } }),
      'NotAMessage',
      /message\.data: expected base64/,
    ],
    [
      'data cut off',
      json({ message: { ...message, data: 'abc' } }),
      'NotAMessage',
      /message\.data: expected base64/,
    ],
    [
      'attributes that are a text',
      json({ message: { ...message, attributes: 'a' } }),
      'NotAMessage',
      /message\.attributes: /,
    ],
    [
      'an attribute that is a number',
      json({ message: { ...message, attributes: { n: 1 } } }),
      'NotAMessage',
      /message\.attributes\.n: .*expected string/,
    ],
    [
      'a subscription that is a list',
      json({ message, subscription: [] }),
      'NotAMessage',
      /subscription: .*expected string/,
    ],
    [
      'another CloudEvent',
      raw('{}', { 'ce-type': 'google.cloud.audit.log.v1.written' }),
      'NotAMessage',
      /CloudEvent type "google\.cloud\.audit\.log\.v1\.written", expected google\.cloud\.pubsub/,
    ],
    [
      'a structured event of another type',
      json({ specversion: '1.0', id: '1', source: 's', type: 'x' }, structured),
      'NotAMessage',
      /CloudEvent type "x"/,
    ],
    [
      'a structured event without id',
      json({ specversion: '1.0', source: 's', type: 'x' }, structured),
      'NotAMessage',
      /./,
    ],
    ['a structured event that is null', json(null, structured), 'NotAMessage', /./],
    ['a structured event that is a list', json([], structured), 'NotAMessage', /./],
    [
      'a batch of events',
      json([], { 'content-type': 'application/cloudevents-batch+json' }),
      'NotAMessage',
      /./,
    ],
  ])('%s', (_what, delivery, reason, text) => {
    const refusal = refusalOf(delivery);
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.message).toMatch(text);
  });
});

describe('data that nobody could have meant is refused by field', () => {
  test.each<[text: string, reason: string, message: RegExp]>([
    ['not json', 'NotJson', /^the message's data is not JSON$/],
    ['', 'NotJson', /^the message's data is empty$/],
    ['null', 'InvalidBody', /\(whole\): /],
    ['[]', 'InvalidBody', /\(whole\): /],
    ['"garden-core/api"', 'InvalidBody', /\(whole\): /],
    ['{}', 'InvalidBody', /^shoot: .*expected string/],
    ['{"shoot":7}', 'InvalidBody', /^shoot: .*expected string/],
    ['{"shoot":"api"}', 'InvalidBody', /^shoot: expected "namespace\/name"/],
    ['{"shoot":"garden-core/api/x"}', 'InvalidBody', /^shoot: expected "namespace\/name"/],
    ['{"shoot":"../../etc"}', 'InvalidBody', /^shoot: expected/],
    ['{"shoot":"garden-core/api\\n"}', 'InvalidBody', /^shoot: expected/],
    ['{"shoot":"garden-core/api","step":"x"}', 'InvalidBody', /step/],
    ['{"shoot":"garden-core/api","cause":"me"}', 'InvalidBody', /^cause: /],
    ['{"shoot":"garden-core/api","migration":7}', 'InvalidBody', /^migration: .*expected string/],
    ['{"shoot":"garden-core/api","migration":"a/b"}', 'InvalidBody', /^migration: expected/],
    ['{"shoot":"garden-core/api","migration":".."}', 'InvalidBody', /^migration: expected/],
    ['{"shoot":"garden-core/api","migration":""}', 'InvalidBody', /^migration: expected/],
    ['{"shoot":"garden-core/api","migration":"__x__"}', 'InvalidBody', /^migration: expected/],
  ])('%s', (text, reason, message) => {
    const refusal = refusalOf(push({ text }));
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.message).toMatch(message);
  });

  test('keys like __proto__ are no way around a check', () => {
    expect(refusalOf(push({ text: '{"__proto__":{"shoot":"garden-core/api"}}' }))?.reason).toBe(
      'InvalidBody',
    );
    expect(refusalOf(raw('{"__proto__":{"message":{}}}'))?.reason).toBe('NotAMessage');
    expect(({} as { shoot?: unknown }).shoot).toBeUndefined();
  });
});

test('a schema’s own words are in the refusal', () => {
  const schema = z.object({ a: z.object({ b: z.literal('x', 'expected x') }) });
  expect(() => bodyOf(messageOf(push({ text: '{"a":{"b":"y"}}' })), schema)).toThrow('a.b: expected x');
});

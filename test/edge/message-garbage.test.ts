import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Delivery, messageOf } from '../../shared/edge/message.ts';
import { binaryEvent, json, push, raw, refusalOf, structuredEvent } from './deliveries.ts';

const MEBIBYTE = 1024 * 1024;

describe('size', () => {
  test('a mebibyte of garbage is refused like any other garbage', () => {
    const text = 'x'.repeat(MEBIBYTE);
    expect(refusalOf(raw(text))?.reason).toBe('NotJson');
    for (const way of [push, binaryEvent, structuredEvent])
      expect(refusalOf(way({ text }))?.reason).toBe('NotJson');
  });

  test('four mebibytes of data are read, more are refused', () => {
    const data = (bytes: number) => json({ message: { data: Buffer.alloc(bytes, 0x20).toString('base64') } });
    expect(messageOf(data(4 * MEBIBYTE)).text).toHaveLength(4 * MEBIBYTE);
    const [tooMuchData, tooLong] = [data(4 * MEBIBYTE + 1), raw(' '.repeat(8 * MEBIBYTE + 1))];
    for (const [delivery, most] of [
      [tooMuchData, 4 * MEBIBYTE],
      [tooLong, 8 * MEBIBYTE],
    ] as const) {
      expect(refusalOf(delivery)).toMatchObject({
        reason: 'TooLarge',
        message: expect.stringContaining(`at most ${most} are taken`),
      });
    }
  });

  test('what is nested a hundred thousand deep is refused, not a stack overflow', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const structured = { 'content-type': 'application/cloudevents+json' };
    for (const body of [deep, `{"message":${deep}}`, `{"message":{"attributes":${deep}}}`]) {
      expect(refusalOf(raw(body))?.reason).toBe('NotAMessage');
      expect(refusalOf(raw(body, structured))?.reason).toBe('NotAMessage');
    }
    expect(refusalOf(push({ text: deep }))?.reason).toBe('InvalidBody');
    expect(refusalOf(push({ text: `{"shoot":${deep}}` }))?.reason).toBe('InvalidBody');
  });

  test.each<[what: string, delivery: Delivery]>([
    [
      'thirty thousand unknown keys',
      push({
        text: JSON.stringify(
          Object.fromEntries(Array.from({ length: 30_000 }, (_, key) => [`key-${key}`, 1])),
        ),
      }),
    ],
    [
      'thirty thousand wrong attributes',
      json({
        message: {
          attributes: Object.fromEntries(Array.from({ length: 30_000 }, (_, key) => [`key-${key}`, 1])),
        },
      }),
    ],
    [
      'events of a type of a mebibyte',
      json(
        { specversion: '1.0', id: '1', source: 's', type: 'x'.repeat(MEBIBYTE) },
        { 'content-type': 'application/cloudevents+json' },
      ),
    ],
  ])('%s are refused in few words', (_what, delivery) => {
    expect(refusalOf(delivery)?.message.length).toBeLessThan(3_000);
  });
});

describe('nothing but BadMessage is ever thrown', () => {
  const headers = fc.record(
    {
      'content-type': fc.constantFrom('application/json', 'application/cloudevents+json', 'text/plain', ''),
      'ce-type': fc.constantFrom('google.cloud.pubsub.topic.v1.messagePublished', 'other', ''),
      'ce-id': fc.string(),
    },
    { requiredKeys: [] },
  );
  const reads = (delivery: Delivery) => {
    refusalOf(delivery);
    return true;
  };

  test('for bytes', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 200 }), (some, bytes) =>
        reads({ headers: some, body: Buffer.from(bytes) }),
      ),
    );
  });

  test('for any JSON', () => {
    fc.assert(
      fc.property(headers, fc.json(), (some, body) => reads({ headers: some, body: Buffer.from(body) })),
    );
  });

  test('for JSON that looks like a message', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.base64String());
    const message = fc.record(
      { data: anything, attributes: anything, messageId: anything },
      { requiredKeys: [] },
    );
    const body = fc.record(
      { message: fc.oneof(message, anything), subscription: anything },
      { requiredKeys: [] },
    );
    const wrapped = fc.oneof(
      body,
      fc.record({ specversion: anything, type: anything, id: anything, source: anything, data: body }),
    );
    fc.assert(
      fc.property(headers, wrapped, (some, value) =>
        reads({ headers: some, body: Buffer.from(JSON.stringify(value)) }),
      ),
      { numRuns: 300 },
    );
  });

  test('for any data', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => reads(push({ text }))));
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TOPICS, type Topic } from '../../shared/bus/topics.ts';
import { BAD_MESSAGE_REASONS, type Delivery } from '../../shared/edge/message.ts';
import { isStepName } from '../../shared/migration/steps.ts';
import { binaryEvent, json, push, pushBody, raw, structuredEvent } from '../edge/deliveries.ts';
import { manifest } from '../support/shoot-manifest.ts';
import { PATIENCE, runs } from './runs.ts';
import { PLANTED, seenIn } from './secrets.ts';
import { hostileKey, hostileText, hostileValue, near, objectOf } from './values.ts';
import { type HostileWorld, hostileWorld } from './world.ts';

/** What each topic takes, from which garbage is not far. */
function goodBodies(topic: Topic): readonly object[] {
  const nudge = { shoot: 'garden-core/api', migration: 'shoot--core--api-0f7c3b0e-1', cause: 'engine' };
  if (topic === 'shoot-changed') {
    return [{ before: manifest(['IPv4']), after: manifest(), project: 'p-1', strategy: 'overlap' }];
  }
  if (topic === 'pause' || topic === 'resume') {
    const perMinute = topic === 'resume' ? { perMinute: 5 } : {};
    return [
      { shoot: 'garden-core/api' },
      { project: 'toy-project' },
      { namespace: 'garden-core' },
      { all: true, ...perMinute },
    ];
  }
  if (topic === 'rollout') {
    const set = { canaries: ['garden-core/api'], atOnce: 3, perProject: 2, perSeed: 2, stopAfterBlocked: 1 };
    return [{ set }, { goOn: true }, { stop: true }, { off: true }];
  }
  if (topic === 'abort') return [nudge];
  if (isStepName(topic)) return [{ ...nudge, strategy: 'cutover', acknowledgeTrafficLoss: true }];
  return [nudge];
}

/** What a refusal may take of a document's mebibyte. */
const MOST_RECORD_CHARACTERS = 6_000;
/** Reasons of the handlers beside those of the edge. */
const REFUSED = [
  ...Object.keys(BAD_MESSAGE_REASONS),
  'DeliveriesExhausted',
  'FamiliesChangeNotSupported',
  'ProviderNotSupported',
  'NetworkPluginNotSupported',
  'OverlayNotOff',
  'CalicoIpam',
];

/** Delivers twice, as a bus may, and looks at what is left. */
async function expectGuarantees(world: HostileWorld, topic: Topic, delivery: Delivery): Promise<void> {
  const before = await world.rest();
  // Anything thrown here is a message that would come again.
  await world.deliver(topic, delivery);
  const refused = await world.refusals();
  expect(refused.length).toBeLessThanOrEqual(1);
  for (const { fields } of refused) {
    expect(REFUSED).toContain(fields.reason);
    expect(String(fields.message).length).toBeGreaterThan(0);
    expect(JSON.stringify(fields).length).toBeLessThan(MOST_RECORD_CHARACTERS);
    if (fields.reason !== 'DeliveriesExhausted') expect(await world.rest()).toEqual(before);
    if (fields.reason === 'InvalidBody')
      expect(fields.message).toMatch(/: .*(expected|Invalid|Unrecognized|required|overlap|not )/i);
    // One line, whatever it quotes.
    expect(fields.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  }
  if (refused.length > 0) {
    await world.deliver(topic, delivery);
    expect((await world.refusals()).length).toBe(1);
  }
  for (const line of world.lines) expect(line.length).toBeLessThan(70_000);
}

const id = fc.oneof(hostileText, fc.constantFrom('4711', undefined));

/** A body on its way: wrapped in any of the ways, with ids and attributes that no bus gives. */
function wrapped(body: fc.Arbitrary<string>): fc.Arbitrary<Delivery> {
  const attributes = fc
    .array(fc.tuple(fc.oneof(hostileKey, fc.constantFrom(...DEAD_LETTER_ATTRIBUTES)), hostileText), {
      maxLength: 4,
    })
    .map(objectOf);
  const message = fc.record({ text: body, id: fc.constantFrom('4711', '4712') });
  return fc.oneof(
    { weight: 3, arbitrary: message.map(push) },
    { weight: 1, arbitrary: message.map(binaryEvent) },
    { weight: 1, arbitrary: message.map(structuredEvent) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(body, id, attributes, hostileText)
        .map(([text, messageId, some, subscription]) =>
          json({ message: { ...pushBody({ text }).message, messageId, attributes: some }, subscription }),
        ),
    },
  );
}

const DEAD_LETTER_ATTRIBUTES = [
  'CloudPubSubDeadLetterSourceSubscription',
  'CloudPubSubDeadLetterSourceDeliveryCount',
];

describe.each(TOPICS)('a message on %s', (topic) => {
  const nearlyRight = fc
    .constantFrom(...goodBodies(topic))
    .chain(near)
    .map((body) => JSON.stringify(body) ?? '');
  const wrong = fc.oneof(
    hostileValue.map((value) => JSON.stringify(value) ?? ''),
    hostileText,
    fc.string({ unit: 'binary' }),
  );

  test(
    'that is nearly right is taken or refused by its field, once, with nothing half done',
    PATIENCE,
    async () => {
      await fc.assert(
        fc.asyncProperty(wrapped(nearlyRight), async (delivery) => {
          await expectGuarantees(await hostileWorld(), topic, delivery);
        }),
        runs(topic === 'shoot-changed' ? 150 : 40),
      );
    },
  );

  test('that is utterly wrong is refused, once, with nothing half done', PATIENCE, async () => {
    await fc.assert(
      fc.asyncProperty(wrapped(wrong), async (delivery) => {
        await expectGuarantees(await hostileWorld(), topic, delivery);
      }),
      runs(30),
    );
  });

  test(
    'leaves no secret that came with it in refusals, history, documents or the log',
    PATIENCE,
    async () => {
      const planted = fc.constantFrom(...PLANTED).chain(({ text }) =>
        fc.constantFrom(
          push({ text }),
          push({ text: JSON.stringify({ shoot: 'garden-core/api', [text]: 1 }) }),
          push({ text: JSON.stringify({ shoot: text, project: text, namespace: text, cause: text }) }),
          push({ text: JSON.stringify({ after: { ...manifest(), kubeconfig: text }, project: text }) }),
          push({ text: JSON.stringify({ after: { kind: text, [text]: text } }) }),
          raw(text),
          raw(JSON.stringify({ specversion: '1.0', id: text, source: 's', type: text }), {
            'content-type': 'application/cloudevents+json',
          }),
          raw('{}', { authorization: text, 'ce-type': text, 'ce-id': text }),
          json({
            message: {
              ...pushBody({ text: 'x' }).message,
              messageId: text,
              attributes: Object.fromEntries(DEAD_LETTER_ATTRIBUTES.map((name) => [name, text])),
            },
            subscription: text,
          }),
        ),
      );
      await fc.assert(
        fc.asyncProperty(planted, async (delivery) => {
          const world = await hostileWorld();
          await world.deliver(topic, delivery);
          const stored = [...(await world.refusals()), ...(await world.rest())];
          expect(stored.flatMap((document) => seenIn(JSON.stringify(document)))).toEqual([]);
          expect(seenIn(world.lines.join(''))).toEqual([]);
        }),
        runs(30),
      );
    },
  );
});

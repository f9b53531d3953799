import { createHash } from 'node:crypto';
import { HTTP } from 'cloudevents';
import { z } from 'zod';
import type { BadMessageReason } from '../engine/message-reasons.ts';
import { problemsOf } from '../migration/shoot.ts';
import { beginningOf, withoutSecrets } from '../secrets.ts';

export { BAD_MESSAGE_REASONS, type BadMessageReason } from '../engine/message-reasons.ts';

/** A Pub/Sub message as it reached a function, however it was wrapped. */
export interface Message {
  readonly id: string;
  /** Short name of the subscription that delivered it, when the delivery says so. */
  readonly subscription: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** The message's data as text. */
  readonly text: string;
}

/** What came over HTTP. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** Garbage with a hundred thousand wrong fields has as many problems; what is said of it must fit into a document. */
const MAX_MESSAGE_CHARACTERS = 2_000;

/**
 * A delivery in which no message can be found, or a message that nobody could have meant. Says so in few words, in one line
 * and without secrets, whatever it quotes of what came.
 */
export class BadMessage extends Error {
  readonly reason: BadMessageReason;
  constructor(reason: BadMessageReason, message: string, options?: ErrorOptions) {
    const long = message.length > MAX_MESSAGE_CHARACTERS;
    const beginning = inOneLine(beginningOf(message, MAX_MESSAGE_CHARACTERS));
    super(long ? `${beginning.slice(0, MAX_MESSAGE_CHARACTERS).toWellFormed()} …` : beginning, options);
    this.name = 'BadMessage';
    this.reason = reason;
  }
}

export const MESSAGE_PUBLISHED = 'google.cloud.pubsub.topic.v1.messagePublished';

/** Two Shoot manifests of the size that etcd takes at most (1.5 MiB) and then some. */
const MAX_DATA_BYTES = 4 * 1024 * 1024;

/** Pub/Sub's ids are numbers of some twenty digits. */
const MAX_ID_CHARACTERS = 100;

const pushBody = z.object({
  message: z.object({
    data: z.base64('expected base64').default(''),
    attributes: z.record(z.string(), z.string()).nullish(),
    messageId: z.string().optional(),
    message_id: z.string().optional(),
  }),
  subscription: z.string().optional(),
});

/**
 * Finds the Pub/Sub message in a delivery: a CloudEvent in binary or structured mode as Eventarc sends it, or the body
 * of a plain push subscription.
 *
 * @throws BadMessage for anything else.
 */
export function messageOf(delivery: Delivery): Message {
  if (delivery.body.length > 2 * MAX_DATA_BYTES) {
    throw new BadMessage(
      'TooLarge',
      `the request has ${delivery.body.length} bytes, at most ${2 * MAX_DATA_BYTES} are taken`,
    );
  }
  const { payload, eventId } = unwrap(delivery);
  const parsed = pushBody.safeParse(payload);
  if (!parsed.success) {
    throw new BadMessage('NotAMessage', `no Pub/Sub message: ${problemsOf(parsed.error).join('; ')}`);
  }
  const { message, subscription } = parsed.data;
  const data = Buffer.from(message.data, 'base64');
  if (data.length > MAX_DATA_BYTES) {
    throw new BadMessage(
      'TooLarge',
      `the data has ${data.length} bytes, at most ${MAX_DATA_BYTES} are taken`,
    );
  }
  return {
    id: idOf(message.messageId ?? message.message_id ?? eventId, delivery.body),
    subscription: subscription?.split('/').at(-1),
    attributes: message.attributes ?? {},
    text: data.toString('utf8'),
  };
}

/** The message's data, read through `schema`. @throws BadMessage naming each field that is missing or wrong. */
export function bodyOf<Body>(message: Message, schema: z.ZodType<Body>): Body {
  const json = parseJson(message.text, "the message's data");
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new BadMessage('InvalidBody', problemsOf(parsed.error).join('; '));
  return parsed.data;
}

function unwrap({ headers, body }: Delivery): { payload: unknown; eventId: string | undefined } {
  const json = parseJson(body.toString('utf8'), 'the request');
  const type = headers['ce-type'];
  if (type !== undefined) {
    if (type !== MESSAGE_PUBLISHED) throw notPublished(String(type));
    return { payload: json, eventId: single(headers['ce-id']) };
  }
  const contentType = single(headers['content-type'])?.toLowerCase() ?? '';
  if (contentType.startsWith('application/cloudevents-batch+json')) throw batched();
  if (!contentType.startsWith('application/cloudevents+json')) {
    return { payload: json, eventId: undefined };
  }
  return structured(json);
}

function structured(json: unknown): { payload: unknown; eventId: string | undefined } {
  if (Array.isArray(json)) throw batched();
  try {
    const event = HTTP.toEvent({
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(json),
    });
    if (Array.isArray(event)) throw batched();
    if (event.type !== MESSAGE_PUBLISHED) throw notPublished(event.type);
    return { payload: event.data, eventId: event.id };
  } catch (error) {
    if (error instanceof BadMessage) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new BadMessage('NotAMessage', `the request is not a valid CloudEvent: ${why}`);
  }
}

/** Of a message without an id, or with one that no bus gives: the same one again is the same message. */
function idOf(given: string | undefined, body: Buffer): string {
  const usable = given !== undefined && given.length <= MAX_ID_CHARACTERS && /^[\x21-\x7e]+$/.test(given);
  return usable && withoutSecrets(given) === given ? given : fingerprintOf(body);
}

/** What could end a line of a log, or turn its direction, written as an escape. */
function inOneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Of what came without an id: the same for the same bytes. */
export function fingerprintOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32);
}

/** One answer would stand for all of them: a message that comes again would bring those along that were dealt with. */
function batched(): BadMessage {
  return new BadMessage('NotAMessage', 'a batch of CloudEvents is not expected: send them one by one');
}

function notPublished(type: string): BadMessage {
  return new BadMessage(
    'NotAMessage',
    `CloudEvent type ${JSON.stringify(type)}, expected ${MESSAGE_PUBLISHED}`,
  );
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error as its cause: it quotes a part of the text, which may be the middle of a secret.
    throw new BadMessage('NotJson', `${what} is ${text.trim() === '' ? 'empty' : 'not JSON'}`);
  }
}

import type { OutgoingMessage, TopicName } from './bus.ts';
import { UnsendableMessage } from './bus.ts';

/** Pub/Sub's limit for a publish request, of which some is left for the topic's name and the framing. */
const MAX_MESSAGE_BYTES = 10_000_000 - 10_000;
const MAX_ATTRIBUTES = 100;
const MAX_ATTRIBUTE_NAME_BYTES = 256;
const MAX_ATTRIBUTE_BYTES = 1024;

/**
 * The body as it travels: JSON in UTF-8.
 *
 * @throws UnsendableMessage for what Pub/Sub would refuse, or what has no JSON form: no retry helps.
 */
export function encodeMessage(topic: TopicName, { body, attributes = {} }: OutgoingMessage): Buffer {
  const encoded = Buffer.from(toJson(topic, body), 'utf8');
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new UnsendableMessage(topic, `${entries.length} attributes, at most ${MAX_ATTRIBUTES} are taken`);
  }
  let bytes = encoded.byteLength;
  for (const [name, value] of entries) {
    bytes += attributeBytes(topic, name, value);
  }
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new UnsendableMessage(topic, `${bytes} bytes, at most ${MAX_MESSAGE_BYTES} are taken`);
  }
  return encoded;
}

function toJson(topic: TopicName, body: unknown): string {
  if (typeof body !== 'object' || body === null) {
    throw new UnsendableMessage(
      topic,
      `the body must be an object, not ${body === null ? 'null' : typeof body}`,
    );
  }
  try {
    const json: unknown = JSON.stringify(body);
    if (typeof json === 'string') return json;
  } catch (error) {
    throw new UnsendableMessage(topic, 'the body has no JSON form', { cause: error });
  }
  throw new UnsendableMessage(topic, 'the body has no JSON form');
}

function attributeBytes(topic: TopicName, name: string, value: unknown): number {
  if (typeof value !== 'string') {
    throw new UnsendableMessage(topic, `attribute "${name}" must be a text, not ${typeof value}`);
  }
  const [nameBytes, valueBytes] = [Buffer.byteLength(name), Buffer.byteLength(value)];
  if (name === '' || name.startsWith('goog') || nameBytes > MAX_ATTRIBUTE_NAME_BYTES) {
    throw new UnsendableMessage(
      topic,
      `attribute name "${name.slice(0, 60)}" must be 1 to ${MAX_ATTRIBUTE_NAME_BYTES} bytes and not start with "goog"`,
    );
  }
  if (valueBytes > MAX_ATTRIBUTE_BYTES) {
    throw new UnsendableMessage(
      topic,
      `attribute "${name}" has ${valueBytes} bytes, at most ${MAX_ATTRIBUTE_BYTES} are taken`,
    );
  }
  return nameBytes + valueBytes;
}

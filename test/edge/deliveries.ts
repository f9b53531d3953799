import {
  BadMessage,
  bodyOf,
  type Delivery,
  MESSAGE_PUBLISHED,
  messageOf,
} from '../../shared/edge/message.ts';
import { nudgeSchema } from '../../shared/engine/nudge.ts';

/** The ways in which one and the same Pub/Sub message reaches a function. */

export interface Sent {
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly id?: string;
}

/** The body of a push subscription, as Pub/Sub sends it. */
export function pushBody({ text, attributes, id = '4711' }: Sent) {
  return {
    message: {
      ...(text === undefined ? {} : { data: Buffer.from(text).toString('base64') }),
      ...(attributes === undefined ? {} : { attributes }),
      messageId: id,
      message_id: id,
      publishTime: '2026-01-01T00:00:00Z',
    },
    subscription: 'projects/example-project/subscriptions/migrate-routes-push',
    deliveryAttempt: 2,
  };
}

export function push(sent: Sent): Delivery {
  return json(pushBody(sent));
}

/** Eventarc’s own way: the event in headers, the push body as it is. */
export function binaryEvent(sent: Sent): Delivery {
  const event = {
    'ce-id': 'event-1',
    'ce-source': '//pubsub.googleapis.com/projects/example-project/topics/migrate-routes',
    'ce-specversion': '1.0',
    'ce-type': MESSAGE_PUBLISHED,
  };
  return json(pushBody(sent), event);
}

/** A CloudEvent in one piece of JSON. */
export function structuredEvent(sent: Sent): Delivery {
  const event = {
    specversion: '1.0',
    id: 'event-1',
    source: '//pubsub.googleapis.com/projects/example-project/topics/migrate-routes',
    type: MESSAGE_PUBLISHED,
    datacontenttype: 'application/json',
    data: pushBody(sent),
  };
  return json(event, { 'content-type': 'application/cloudevents+json; charset=utf-8' });
}

export function json(body: unknown, headers: Record<string, string> = {}): Delivery {
  return raw(JSON.stringify(body), headers);
}

export function raw(body: string | Uint8Array, headers: Record<string, string> = {}): Delivery {
  return { headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body) };
}

/** Reads a delivery as a step's function does; answers the reason why it cannot. */
export function refusalOf(delivery: Delivery): { reason: string; message: string } | undefined {
  try {
    bodyOf(messageOf(delivery), nudgeSchema);
    return undefined;
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    return { reason: error.reason, message: error.message };
  }
}

/** A message as the bus keeps it. */
export interface BusMessage {
  readonly id: string;
  /** Short topic name. */
  readonly topic: string;
  readonly payload: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly publishTime: string;
}

export interface PushRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The request in which Eventarc hands a Pub/Sub message to a function: a CloudEvent in binary mode whose body is the
 * push body (local-components.md §3). `deliveryAttempt`, counted from 1, is only told where a dead letter policy is.
 */
export function pushRequest(
  project: string,
  subscription: string,
  message: BusMessage,
  deliveryAttempt?: number,
): PushRequest {
  const { id, publishTime, attributes } = message;
  return {
    headers: {
      'content-type': 'application/json',
      'ce-id': id,
      'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
      'ce-source': `//pubsub.googleapis.com/projects/${project}/topics/${message.topic}`,
      'ce-specversion': '1.0',
      'ce-time': publishTime,
    },
    body: JSON.stringify({
      message: {
        data: message.payload.toString('base64'),
        ...(Object.keys(attributes).length > 0 && { attributes }),
        // Both spellings, as the service sends them.
        messageId: id,
        message_id: id,
        publishTime,
        publish_time: publishTime,
      },
      subscription: `projects/${project}/subscriptions/${subscription}`,
      ...(deliveryAttempt !== undefined && { deliveryAttempt }),
    }),
  };
}

// 102 is on Pub/Sub's list too, but as an interim answer it never reaches the caller of an HTTP client.
const ACKNOWLEDGING: readonly number[] = [200, 201, 203, 204];

/**
 * Posts the message and says whether the endpoint acknowledged it; any other status, a failed connection and
 * the signal's end are all a no.
 */
export async function push(endpoint: string, request: PushRequest, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(endpoint, { method: 'POST', redirect: 'manual', signal, ...request });
    const acknowledged = ACKNOWLEDGING.includes(response.status);
    // Read to its end, else the connection cannot be used again.
    await response.arrayBuffer();
    return acknowledged;
  } catch {
    return false;
  }
}

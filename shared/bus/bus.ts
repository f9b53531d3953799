/**
 * The port to the message bus. Delivery is at least once: a message may arrive twice, late and out of order, so a
 * message is only a nudge and nothing in it is believed (docs of each step say what they read instead).
 *
 * Adapters: `pubsub.ts` beside this file; an embedded one in `infra/local`. Both answer to `test/contract/bus.ts`.
 */
export interface Bus {
  /**
   * Resolves when the bus has taken the message durably. May be repeated; each call is one more message.
   *
   * @throws UnsendableMessage before anything is sent when the message breaks a limit or has no JSON form.
   * @throws BusUnavailable when the bus did not take it, or did not say so in time (then it may have).
   */
  publish(topic: TopicName, message: OutgoingMessage): Promise<void>;
}

/** Short topic name without the project, e.g. `migrate-routes`. */
export type TopicName = string;

export interface OutgoingMessage {
  /** Sent as JSON. At most 10 MB encoded (Pub/Sub's limit). */
  readonly body: object;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The bus did not take a message. Worth a retry. */
export class BusUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BusUnavailable';
  }
}

/** The message can never be sent as it is: a mistake in the program, no retry helps. */
export class UnsendableMessage extends Error {
  constructor(topic: TopicName, problem: string, options?: ErrorOptions) {
    super(`message for topic ${topic} cannot be sent: ${problem}`, options);
    this.name = 'UnsendableMessage';
  }
}

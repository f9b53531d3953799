import { DEAD_LETTER } from '../../../shared/bus/topics.ts';

/** What became of one delivery of a message to an instance. */
export type DeliveryOutcome =
  | { readonly kind: 'acknowledged' }
  /** The function answered that the message is to come again. */
  | { readonly kind: 'refused'; readonly status: number }
  /** The instance was gone before it answered, was shutting down, or there was none. */
  | { readonly kind: 'broken' }
  /** The bus waited no longer. */
  | { readonly kind: 'given up' };

/** One push request of the bus. */
export interface Push {
  readonly topic: string;
  readonly messageId: string;
  /** As it was published. */
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A message that the bus gave up on, with what became of the deliveries of those that it may be. */
export interface DeadLetter {
  /** Topic on which it was published first. */
  readonly topic: string;
  readonly text: string;
  readonly failures: readonly DeliveryOutcome[];
}

export interface DeliveryFigures {
  readonly messages: number;
  readonly deliveries: number;
  /** Deliveries of a message that had been delivered before. */
  readonly redelivered: number;
  readonly refused: number;
  readonly broken: number;
  readonly givenUp: number;
}

interface Book {
  readonly push: Push;
  readonly outcomes: DeliveryOutcome[];
  deliveries: number;
}

/** Keeps book of every delivery, so that whatever comes to the dead letters can be explained. */
export class Deliveries {
  readonly #messages = new Map<string, Book>();

  /** A delivery begins; the function that this returns is told how it ended. */
  begin(push: Push): (outcome: DeliveryOutcome) => void {
    const key = `${push.topic} ${push.messageId}`;
    const record = this.#messages.get(key) ?? { push, outcomes: [], deliveries: 0 };
    this.#messages.set(key, record);
    record.deliveries += 1;
    return (outcome) => record.outcomes.push(outcome);
  }

  figures(): DeliveryFigures {
    const records = [...this.#messages.values()];
    const outcomes = records.flatMap((record) => record.outcomes);
    const count = (kind: DeliveryOutcome['kind']) =>
      outcomes.filter((outcome) => outcome.kind === kind).length;
    const deliveries = records.reduce((sum, record) => sum + record.deliveries, 0);
    return {
      messages: records.length,
      deliveries,
      redelivered: deliveries - records.length,
      refused: count('refused'),
      broken: count('broken'),
      givenUp: count('given up'),
    };
  }

  /** Whatever came to the dead-letter topic. A dead letter has an id of its own, so it is found again by what it says. */
  deadLetters(): readonly DeadLetter[] {
    const all = [...this.#messages.values()];
    return all
      .filter(({ push }) => push.topic === DEAD_LETTER)
      .map(({ push: { text, attributes } }) => {
        const topic = sourceTopic(attributes);
        const same = all.filter(({ push }) => push.topic === topic && push.text === text);
        const failed = same.filter(({ outcomes }) => !outcomes.some(({ kind }) => kind === 'acknowledged'));
        return { topic, text, failures: failed.flatMap(({ outcomes }) => outcomes) };
      });
  }
}

function sourceTopic(attributes: Readonly<Record<string, string>>): string {
  const subscription = attributes.CloudPubSubDeadLetterSourceSubscription ?? '';
  return (
    subscription
      .split('/')
      .at(-1)
      ?.replace(/-push(-\d+)?$/, '') ?? ''
  );
}

import type { HttpFunction } from '@google-cloud/functions-framework';
import type { Logger } from 'pino';
import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { describeError } from '../engine/errors.ts';
import { NOBODY } from '../engine/telemetry.ts';
import { drainOnSignals } from '../runtime/drain.ts';
import { instance } from '../runtime/instance.ts';
import { createLogger } from '../runtime/logger.ts';
import { recordRefusal } from '../store/refusals.ts';
import { BadMessage, type Delivery, fingerprintOf, type Message, messageOf } from './message.ts';
import { whoSent } from './operator.ts';

/** For what happens before, or beside, the engine with its own log. */
const log = createLogger('info');

/** What a function does with its message. Returns what is worth a line in the log. */
export type Handler = (engine: Engine, message: Message) => Promise<object>;

/**
 * The edge of every function that listens to a topic. It answers
 * - 204 when the message was dealt with, also when it was refused: a message that can never succeed is put on record
 *   and acknowledged, so that it does not come again for days;
 * - 500 when another delivery may succeed, after the failure was put on record;
 * - 503 when this instance is shutting down.
 *
 * An HTTP function and not a CloudEvent function, since functions-framework validates no event, drops the subscription
 * and the delivery attempt of push deliveries, and answers 500, hence with redelivery, to what is no event at all.
 */
export function receive(name: string, handle: Handler): HttpFunction {
  return async (request, response) => {
    const { engine: opening, drain } = instance();
    drainOnSignals(drain);
    if (drain.signal.aborted) {
      response.status(503).send('shutting down');
      return;
    }
    await drain.track(async () => {
      try {
        const body = request.rawBody ?? Buffer.alloc(0);
        const engine = await opening;
        try {
          await deliver(engine, name, handle, { headers: request.headers, body });
        } finally {
          // Once the answer is there an instance may stand still: what was seen leaves before, or much later.
          await engine.telemetry?.flush();
        }
        response.status(204).send();
      } catch (error) {
        if (!(error instanceof Error && inLog.has(error))) logComingBack(log, name, error);
        response.status(500).send('not done; deliver again');
      }
    });
  };
}

/** Errors that were logged already, while it was known which migration they were about. */
const inLog = new WeakSet<WeakKey>();

/** With what Error Reporting wants of a line (https://docs.cloud.google.com/error-reporting/docs/formatting-error-messages). */
function logComingBack(log: Logger, name: string, error: unknown): void {
  const stack = error instanceof Error ? error.stack : undefined;
  log.error(
    {
      function: name,
      error: describeError(error),
      serviceContext: { service: name },
      ...(stack !== undefined && { stack_trace: stack }),
    },
    'message comes back',
  );
}

/**
 * Hands what came to its handler. A message that nobody can do anything with is put on record, once however often it comes.
 *
 * @throws whatever another delivery may mend.
 */
export async function deliver(
  engine: Engine,
  name: string,
  handle: Handler,
  delivery: Delivery,
): Promise<void> {
  let message: Message | undefined;
  try {
    message = messageOf(delivery);
    await handled(engine, name, handle, message);
  } catch (error) {
    if (!(error instanceof BadMessage)) throw error;
    const messageId = message?.id ?? fingerprintOf(delivery.body);
    engine.log.warn({ function: name, messageId, reason: error.reason }, describeError(error));
    await recordRefusal(engine.documents, {
      at: timestamp(engine.clock),
      receiver: name,
      messageId,
      who: message && (await whoSent(engine, name, message)),
      reason: error.reason,
      message: describeError(error),
      excerpt: message?.text ?? delivery.body.subarray(0, 500).toString('utf8'),
    });
  }
}

/** What is logged here says which migration it was about, if it was about one. */
async function handled(engine: Engine, name: string, handle: Handler, message: Message): Promise<void> {
  const { attributes, id: messageId } = message;
  await (engine.telemetry ?? NOBODY).delivery({ name, attributes }, async () => {
    try {
      const result = await handle(engine, message);
      engine.log.info({ function: name, messageId, result }, 'message dealt with');
      return result;
    } catch (error) {
      if (error instanceof BadMessage) throw error;
      logComingBack(engine.log, name, error);
      if (error instanceof Error) inLog.add(error);
      throw error;
    }
  });
}

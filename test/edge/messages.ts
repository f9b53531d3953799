import { BadMessage, type Message } from '../../shared/edge/message.ts';

/** A message with this body, as JSON or as it is. */
export function message(body: unknown, changes: Partial<Message> = {}): Message {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { id: 'm-7', subscription: undefined, attributes: {}, text, ...changes };
}

/** What a handler refuses a message for; anything else that it throws is thrown. */
export async function problemOf(result: Promise<object>): Promise<{ reason: string; message: string }> {
  const error = await result.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BadMessage)) throw error ?? new Error('nothing was refused');
  return { reason: error.reason, message: error.message };
}

import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Nudge } from '../engine/nudge.ts';
import type { Who } from '../migration/history.ts';
import { beginningOf, withoutSecrets } from '../secrets.ts';
import { actId, isActDone, noteActDone, recordAct, whoseAct } from '../store/acts.ts';
import type { Message } from './message.ts';

/** Attributes of a message: who sends it, as they say; and the id of the act that the function `operate` put on record before. */
export const OPERATOR_ATTRIBUTE = 'operator';
export const ACT_ATTRIBUTE = 'act';

/** An e-mail address, an account, a name: nothing that could end a line or hide in one. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} ._@:+/=\\-]{0,198}[\p{L}\p{N}])?$/u;

/** The name as it may be put on record; undefined for what is none. */
export function operatorName(text: string | undefined): string | undefined {
  if (text === undefined || !NAME.test(text) || withoutSecrets(text) !== text) return undefined;
  return text;
}

/**
 * Who sent the message: verified where an act on record is the one that it asks for, else as its attribute claims, else
 * undefined. An attribute that is no name is as good as none: in an emergency nobody is turned away for how they sign.
 */
export async function whoSent(
  { documents }: Pick<Engine, 'documents'>,
  topic: string,
  { attributes, id: messageId, text }: Message,
): Promise<Who | undefined> {
  const id = actId.safeParse(attributes[ACT_ATTRIBUTE]);
  if (id.success) {
    const who = await whoseAct(documents, { id: id.data, topic, text, messageId });
    if (who !== undefined) return who;
  }
  const name = operatorName(attributes[OPERATOR_ATTRIBUTE]);
  return name === undefined ? undefined : { name, verified: false };
}

/** The nudge with who sent it, where that was an operator; nobody signs for the engine or the clock. */
export async function askedFor(
  engine: Pick<Engine, 'documents'>,
  topic: string,
  message: Message,
  nudge: Nudge,
): Promise<Nudge> {
  return nudge.cause === 'operator' ? { ...nudge, who: await whoSent(engine, topic, message) } : nudge;
}

/** More than any body of such a message has. */
const MOST_CHARACTERS = 1_000;

/**
 * For what concerns more than one migration, or none that is there yet. An act that is on record already stays as it is. Returns
 * the act's id.
 */
export async function putActOnRecord(
  { documents, clock }: Pick<Engine, 'documents' | 'clock'>,
  topic: string,
  { attributes, id: messageId, text }: Message,
  who: Who | undefined,
): Promise<string> {
  const verified = actId.safeParse(attributes[ACT_ATTRIBUTE]);
  if (who?.verified === true && verified.success) return verified.data;
  const id = `${topic}-${messageId}`.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 200);
  const beginning = beginningOf(text, MOST_CHARACTERS);
  await recordAct(documents, id, { at: timestamp(clock), topic, text: beginning, who, messageId });
  return id;
}

/**
 * Does what a message asks of many migrations, and puts it on record. Done to the end once, it is not done again when the bus
 * brings the message again: what was held and let go by others since then would be turned round.
 *
 * @throws whatever `effect` throws; the message is to come again then
 */
export async function doneOnce(
  engine: Pick<Engine, 'documents' | 'clock'>,
  topic: string,
  message: Message,
  { who, effect }: { readonly who: Who | undefined; readonly effect: () => Promise<object> },
): Promise<object> {
  const { documents, clock } = engine;
  const id = await putActOnRecord(engine, topic, message, who);
  if (await isActDone(documents, id)) return { kind: 'dealt with before' };
  const result = await effect();
  await noteActDone(documents, id, timestamp(clock));
  return result;
}

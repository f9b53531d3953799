import { PAUSE, RESUME, ROLLOUT, SHOOT_CHANGED, topicOfSubscription } from '../bus/topics.ts';
import { timestamp } from '../clock.ts';
import { type AbortResult, abort } from '../engine/abort.ts';
import { takeUpDeadMessage } from '../engine/dead-letter.ts';
import { takeInShootChange } from '../engine/intake.ts';
import { abortSchema, nudgeSchema } from '../engine/nudge.ts';
import { type PauseResult, pause, resume } from '../engine/pause.ts';
import { pauseSchema, resumeSchema } from '../engine/pause-target.ts';
import { runStep } from '../engine/run-step.ts';
import { tick } from '../engine/tick.ts';
import { lookAtFleet, paceOfPolicy, rolloutOrderSchema, takeOrder } from '../fleet/index.ts';
import { InvalidShoot, parseShoot, type Shoot } from '../migration/shoot.ts';
import { ABORT, type StepName } from '../migration/steps.ts';
import { reflectMigrations } from '../reflect/reflect.ts';
import { DocumentNotUnderstood } from '../store/document-not-understood.ts';
import { recordRefusal } from '../store/refusals.ts';
import { lookAtGarden } from '../watch/look.ts';
import { BadMessage, bodyOf } from './message.ts';
import { askedFor, doneOnce, putActOnRecord, whoSent } from './operator.ts';
import type { Handler } from './receive.ts';
import { shootChangeSchema } from './shoot-change.ts';

/** A nudge for a step: the step runs if it is the migration's current one. */
export function onNudge(step: StepName): Handler {
  return async (engine, message) => {
    const nudge = bodyOf(message, nudgeSchema);
    const result = await runStep(engine, step, await askedFor(engine, step, message, nudge), message.id);
    return known(result);
  };
}

/** An operator asks for the way back: `{"shoot": "garden-core/api"}`; or a nudge for it. */
export const onAbort: Handler = async (engine, message) =>
  known(await abort(engine, await askedFor(engine, ABORT, message, bodyOf(message, abortSchema))));

/** `{"shoot": …}`, `{"project": …}`, `{"namespace": …}` or `{"all": true}` is to stand still. */
export const onPause: Handler = async (engine, message) => {
  const target = bodyOf(message, pauseSchema);
  const who = await whoSent(engine, PAUSE, message);
  const effect = async () => known(await pause(engine, target, who));
  return target.kind === 'shoot' ? await effect() : await doneOnce(engine, PAUSE, message, { who, effect });
};

/** What was paused is to go on: the same bodies, and for everything `"perMinute"`. */
export const onResume: Handler = async (engine, message) => {
  const { target, perMinute } = bodyOf(message, resumeSchema);
  const who = await whoSent(engine, RESUME, message);
  const effect = async () => {
    const pace = target.kind === 'all' ? (perMinute ?? (await paceOfPolicy(engine))) : undefined;
    return known(await resume(engine, target, who, pace));
  };
  return target.kind === 'shoot' ? await effect() : await doneOnce(engine, RESUME, message, { who, effect });
};

/** `{"set": <policy>}`, `{"goOn": true}`, `{"stop": true}` or `{"off": true}`. */
export const onRollout: Handler = async (engine, message) => {
  const order = bodyOf(message, rolloutOrderSchema);
  const who = await whoSent(engine, ROLLOUT, message);
  await putActOnRecord(engine, ROLLOUT, message, who);
  return await takeOrder(engine, order, { who, messageId: message.id });
};

/** A shoot was changed: `{"before": <Shoot or null>, "after": <Shoot>}`. */
export const onShootChanged: Handler = async (engine, message) => {
  const body = bodyOf(message, shootChangeSchema);
  const before =
    body.before === undefined || body.before === null ? undefined : readShoot('before', body.before);
  const after = readShoot('after', body.after);
  if (before !== undefined && before.uid !== after.uid) {
    throw new BadMessage('InvalidBody', 'before.metadata.uid: expected the same shoot as after.metadata.uid');
  }
  const { project = engine.project, strategy, acknowledgeTrafficLoss } = body;
  const wishes = { strategy, acknowledgeTrafficLoss };
  const who = await whoSent(engine, SHOOT_CHANGED, message);
  const result = await takeInShootChange(engine, { before, after, project, wishes, who });
  if (result.kind === 'refused') {
    await recordRefusal(engine.documents, {
      at: timestamp(engine.clock),
      receiver: 'shoot-changed',
      messageId: message.id,
      who,
      reason: result.reason,
      message: `${after.key}: ${result.message}`,
      excerpt: message.text,
    });
  }
  return result;
};

/**
 * Cloud Scheduler's minute. What the message says is of no importance. First what moves migrations, all together and each, then,
 * whatever became of that, what tells their Shoots how they stand.
 */
export const onMaintenanceTick: Handler = async (engine) => {
  const [ticked] = await Promise.allSettled([tick(engine, () => lookAtFleet(engine))]);
  const reflected = await reflectMigrations(engine);
  if (reflected.troubles.length > 0) {
    engine.log.warn({ troubles: reflected.troubles }, 'not everything could be written back to the Shoots');
  }
  if (ticked.status === 'rejected') throw ticked.reason;
  return { ...ticked.value, ...(reflected.looked > 0 && { reflected }) };
};

/** The same for the garden: what changed there since the last look is published on `shoot-changed`. */
export const onWatchShoots: Handler = async (engine) => await lookAtGarden(engine, engine.garden);

/** A message that the bus gave up on: put on record, and its migration waits or is blocked where it was the current nudge. */
export const onDeadLetter: Handler = async (engine, message) => {
  const { attributes, text } = message;
  const subscription = attributes.CloudPubSubDeadLetterSourceSubscription?.split('/').at(-1);
  const topic = subscription === undefined ? undefined : topicNamed(topicOfSubscription(subscription));
  const deliveries = count(attributes.CloudPubSubDeadLetterSourceDeliveryCount);
  await recordRefusal(engine.documents, {
    at: timestamp(engine.clock),
    receiver: 'dead-letter',
    messageId: message.id,
    reason: 'DeliveriesExhausted',
    message: `a message on the topic ${topic ?? 'unknown'} failed ${deliveries ?? 'too many'} times`,
    excerpt: text,
  });
  try {
    const takenUp = await takeUpDeadMessage(engine, { topic, body: jsonOrText(text), deliveries });
    return { topic, ...takenUp };
  } catch (error) {
    if (!(error instanceof DocumentNotUnderstood)) throw error;
    // Nobody takes up what this function fails on: it would come again until the bus forgets it.
    return { topic, unreadable: error.message };
  }
};

/** Attributes are anybody's: what is no topic of the product's is of no more use than to be shown. */
function topicNamed(name: string): string {
  return /^[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/.test(name) ? name : 'unknown';
}

function count(attribute: string | undefined): string | undefined {
  return attribute !== undefined && /^\d{1,9}$/.test(attribute) ? attribute : undefined;
}

/** @throws BadMessage for a shoot of which no migration is known: there is nobody in whose history it could stand. */
function known(result: AbortResult | PauseResult): object {
  if (result.kind === 'unknown shoot') throw new BadMessage('UnknownShoot', result.message);
  return result;
}

function readShoot(field: 'before' | 'after', manifest: unknown): Shoot {
  try {
    return parseShoot(manifest);
  } catch (error) {
    if (!(error instanceof InvalidShoot)) throw error;
    throw new BadMessage('InvalidBody', error.problems.map((problem) => `${field}.${problem}`).join('; '));
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import type { Topic } from '../../../shared/bus/topics.ts';
import { timestamp } from '../../../shared/clock.ts';
import {
  onAbort,
  onDeadLetter,
  onMaintenanceTick,
  onNudge,
  onPause,
  onResume,
  onRollout,
  onShootChanged,
  onWatchShoots,
} from '../../../shared/edge/handlers.ts';
import { BadMessage, messageOf } from '../../../shared/edge/message.ts';
import type { Handler } from '../../../shared/edge/receive.ts';
import type { Engine } from '../../../shared/engine/engine.ts';
import { describeError } from '../../../shared/engine/errors.ts';
import { NOBODY } from '../../../shared/engine/telemetry.ts';
import { recordRefusal } from '../../../shared/store/refusals.ts';
import type { PushRequest } from '../backends/embedded/message.ts';

/** What listens to each topic, as `functions/` deploys it. */
const HANDLERS: Readonly<Record<Topic, Handler>> = {
  'shoot-changed': onShootChanged,
  'maintenance-tick': onMaintenanceTick,
  'watch-shoots': onWatchShoots,
  preflight: onNudge('preflight'),
  'enable-ipv6-subnets': onNudge('enable-ipv6-subnets'),
  'migrate-routes': onNudge('migrate-routes'),
  'check-nodes': onNudge('check-nodes'),
  'configure-cni': onNudge('configure-cni'),
  'restart-coredns': onNudge('restart-coredns'),
  'switch-kube-dns': onNudge('switch-kube-dns'),
  abort: onAbort,
  pause: onPause,
  resume: onResume,
  rollout: onRollout,
  'dead-letter': onDeadLetter,
};

/** What became of a delivery: acknowledged with what the handler made of it or why it refused, or to come again. */
export type Reception =
  | { readonly kind: 'acknowledged'; readonly result: object }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * The edge of the function that listens to the topic, as `shared/edge/receive.ts` is it over HTTP: reads the message, lets
 * the engine deal with it, puts on record what can never succeed.
 */
export async function receive(engine: Engine, topic: string, request: PushRequest): Promise<Reception> {
  const [, handle] = Object.entries(HANDLERS).find(([name]) => name === topic) ?? [];
  if (handle === undefined) throw new Error(`no function listens to the topic ${topic}`);
  const delivery = { headers: request.headers, body: Buffer.from(request.body, 'utf8') };
  try {
    const message = messageOf(delivery);
    const { attributes } = message;
    const { delivery: watch } = engine.telemetry ?? NOBODY;
    const result = await watch({ name: topic, attributes }, () => handle(engine, message));
    return { kind: 'acknowledged', result };
  } catch (error) {
    if (!(error instanceof BadMessage)) return { kind: 'failed', error };
    const why = describeError(error);
    await recordRefusal(engine.documents, {
      at: timestamp(engine.clock),
      receiver: topic,
      messageId: request.headers['ce-id'] ?? engine.newId(),
      reason: error.reason,
      message: why,
      excerpt: request.body.slice(0, 500),
    });
    return { kind: 'refused', why };
  }
}

import { z } from 'zod';
import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Who } from '../migration/history.ts';
import { type RolloutPolicy, rolloutPolicySchema } from '../migration/rollout-policy.ts';
import { changeRollout, type Rollout } from '../store/rollout.ts';
import { shutGates } from './roll-out.ts';
import { type Asked, goneOn, isHandled, stoppedByHand, turnedOff, withPolicy } from './rollout-moves.ts';

/** What an operator wants of the rollout. */
type RolloutOrder =
  | { readonly kind: 'set'; readonly policy: RolloutPolicy }
  | { readonly kind: 'go on' | 'stop' | 'off' };

const isTrue = z.literal(true, 'expected true, or nothing').optional();

/** The body of a message on the topic `rollout`: exactly one of these. */
export const rolloutOrderFields = {
  set: rolloutPolicySchema.optional().describe('A policy, in the place of the one that there is.'),
  goOn: isTrue.describe('Goes on after a stop, and accepts what it was stopped for.'),
  stop: isTrue.describe('Lets nothing more in; what was let in goes on.'),
  off: isTrue.describe('No rollout: every shoot goes on by itself, all that wait at once.'),
};

export const rolloutOrderSchema = z
  .strictObject(rolloutOrderFields)
  .transform(({ set, goOn, stop, off }, context): RolloutOrder => {
    const orders: readonly RolloutOrder[] = [
      ...(set === undefined ? [] : [{ kind: 'set' as const, policy: set }]),
      ...(goOn === undefined ? [] : [{ kind: 'go on' as const }]),
      ...(stop === undefined ? [] : [{ kind: 'stop' as const }]),
      ...(off === undefined ? [] : [{ kind: 'off' as const }]),
    ];
    const [only] = orders;
    if (only !== undefined && orders.length === 1) return only;
    context.addIssue({
      code: 'custom',
      message: `expected exactly one of set, goOn, stop and off, found ${orders.length}`,
    });
    return z.NEVER;
  });

/** What became of an order; for the log. */
export type OrderResult =
  | { readonly kind: 'done'; readonly rollout: string; readonly state: Rollout['state']['kind'] }
  | { readonly kind: 'nothing to do'; readonly why: string };

/**
 * Takes in an order. The message of this id again changes nothing, also after others. A policy holds from here on: before this is
 * done every migration that has changed nothing yet has to be let in, by the tick.
 *
 * @throws StoreUnavailable, StaleDocument; the message is to come again
 */
export async function takeOrder(
  engine: Engine,
  order: RolloutOrder,
  { who, messageId }: { readonly who: Who | undefined; readonly messageId: string },
): Promise<OrderResult> {
  const asked: Asked = { at: timestamp(engine.clock), who, messageId };
  let present: Rollout | undefined;
  let why = '';
  await changeRollout(engine.documents, (current) => {
    present = current === 'damaged' ? undefined : current;
    if (present !== undefined && isHandled(present, asked)) {
      why = 'the message was dealt with before';
      return undefined;
    }
    const next = ordered(engine, order, current, asked);
    why = next === undefined ? whyNot(current) : '';
    present = next ?? present;
    return next;
  });
  if (order.kind === 'set' && present !== undefined && present.state.kind !== 'off') {
    await shutGates(engine, present);
  }
  return present === undefined || why !== ''
    ? { kind: 'nothing to do', why }
    : { kind: 'done', rollout: present.id, state: present.state.kind };
}

function ordered(
  engine: Engine,
  order: RolloutOrder,
  current: Rollout | 'damaged' | undefined,
  asked: Asked,
): Rollout | undefined {
  if (order.kind === 'set') {
    return withPolicy(current === 'damaged' ? undefined : current, order.policy, asked, engine.newId);
  }
  if (current === undefined || current === 'damaged') return undefined;
  if (order.kind === 'go on') return goneOn(current, asked);
  return order.kind === 'stop' ? stoppedByHand(current, asked) : turnedOff(current, asked);
}

function whyNot(current: Rollout | 'damaged' | undefined): string {
  if (current === undefined) return 'no policy was ever set';
  if (current === 'damaged') return 'the stored rollout is damaged; set a policy anew';
  return `the rollout is ${current.state.kind} already`;
}

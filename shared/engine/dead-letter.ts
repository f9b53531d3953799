import { timestamp } from '../clock.ts';
import { abortIsPending, isRunning } from '../migration/migration.ts';
import { isStepName } from '../migration/steps.ts';
import type { Engine } from './engine.ts';
import { migrationOf, nudgeSchema } from './nudge.ts';
import { blockedFromOutside } from './transitions.ts';

/** A message that the bus gave up on. */
export interface DeadMessage {
  /** Topic on which it was published first. */
  readonly topic: string | undefined;
  readonly body: unknown;
  readonly deliveries: string | undefined;
}

/**
 * Takes up a message whose deliveries all failed. If it was a nudge for a migration's current step, that migration
 * is blocked with a reason, so that an operator sees it; else there is nothing that it could still have moved.
 * Returns the blocked migration's id.
 */
export async function takeUpDeadMessage(engine: Engine, message: DeadMessage): Promise<string | undefined> {
  const nudge = nudgeSchema.safeParse(message.body);
  const step = message.topic;
  if (!nudge.success || step === undefined || !isStepName(step)) return undefined;
  const found = await migrationOf(engine, nudge.data);
  if (found === undefined) return undefined;
  let blocked = false;
  await engine.migrations.change(found.id, (current) => {
    const running = isRunning(current, engine.clock.now());
    // A run that killed its instance every time left the status as it was: running, with a lease that ran out.
    const onItsWay = current.status.kind === 'ready' || current.status.kind === 'running';
    // A run that died with an abort pending is followed by the way back, not by another try of the step.
    blocked = current.active && current.position === step && !running && onItsWay && !abortIsPending(current);
    if (!blocked) return undefined;
    const record = current.steps.find(({ name }) => name === step);
    return blockedFromOutside(
      current,
      {
        reason: 'DeliveriesExhausted',
        message: `${step} failed ${message.deliveries ?? 'too many'} times; last: ${record?.lastFailure ?? 'unknown'}.`,
        remedy: `Remove the cause, then publish {"shoot":"${current.shoot.key}"} on the topic ${step}.`,
      },
      { at: timestamp(engine.clock), by: 'engine' },
    );
  });
  return blocked ? found.id : undefined;
}

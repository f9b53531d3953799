import { BusUnavailable } from '../bus/bus.ts';
import type { Migration } from '../migration/migration.ts';
import type { StepName } from '../migration/steps.ts';
import { traceAttributes } from '../migration/trace.ts';
import type { Engine } from './engine.ts';
import { describeError } from './errors.ts';
import type { Nudge } from './nudge.ts';

/**
 * Publishes the nudges that the migration's last write left in its outbox, then takes them out. The order makes a
 * nudge arrive twice rather than never: between the two a process may die, and the tick publishes again.
 *
 * A bus that is away is not an error here: what is in the outbox stays there until the tick finds it.
 */
export async function flushOutbox(engine: Engine, migration: Migration): Promise<void> {
  if (migration.outbox.length === 0) return;
  const sent = new Set<string>();
  for (const { id, step } of migration.outbox) {
    try {
      await publishNudge(engine, migration, step, 'engine');
      sent.add(id);
    } catch (error) {
      if (!(error instanceof BusUnavailable)) throw error;
      engine.log.warn(
        { migration: migration.id, step, error: describeError(error) },
        'nudge stays in the outbox',
      );
    }
  }
  const withoutSent = (current: Migration) => {
    const outbox = current.outbox.filter(({ id }) => !sent.has(id));
    return outbox.length === current.outbox.length ? undefined : { migration: { ...current, outbox } };
  };
  await engine.migrations.change(migration.id, withoutSent, migration);
}

/** @throws BusUnavailable */
export async function publishNudge(
  engine: Engine,
  migration: Migration,
  step: StepName,
  cause: Nudge['cause'],
): Promise<void> {
  const body: Nudge = { shoot: migration.shoot.key, migration: migration.id, cause };
  // The same for the same migration: a message that is sent again says what it said before.
  await engine.bus.publish(step, { body, attributes: traceAttributes(migration.id) });
}

import { isHeld, type Migration } from '../migration/migration.ts';
import type { Engine } from './engine.ts';
import { describeError } from './errors.ts';
import { isAtGate } from './gate.ts';
import { flushOutbox, publishNudge } from './outbox.ts';
import { OVERDUE_LINE, overdue } from './overdue.ts';
import { NOBODY } from './telemetry.ts';

/** Why the tick sent a nudge. */
export type TickAction =
  | 'sent what was left in the outbox'
  | 'woke'
  | 'took over from a dead run'
  | 'unstuck';

/**
 * What looks at all of them together before each is looked at by itself. First it reads what it goes by, then it is handed the
 * list of migrations, the tick's own, since a list costs a read of the store for each of them. Returns what is worth a line in
 * the log.
 */
export type LookAtAll = () => Promise<(active: readonly Migration[]) => Promise<object | undefined>>;

export interface TickReport {
  readonly looked: number;
  readonly actions: readonly { readonly migration: string; readonly action: TickAction }[];
  readonly steered?: object;
}

/**
 * What Cloud Scheduler sets off every minute: looks at each active migration and nudges those that should move but
 * will not by themselves. That is also how a maintenance window opens: the migration waits until its opening.
 *
 * May run twice at once: a nudge too many finds nothing to do. A migration that cannot be read or nudged does not hold
 * up the others.
 *
 * @throws AggregateError after all were looked at, with whatever stood in the way of some.
 */
export async function tick(engine: Engine, lookAtAll?: LookAtAll): Promise<TickReport> {
  const troubles: unknown[] = [];
  const steer = await lookAtAll?.();
  const active = await engine.migrations.active((error) => troubles.push(error));
  const steered = await steer?.(active).catch((error: unknown) => void troubles.push(error));
  (engine.telemetry ?? NOBODY).fleet(active);
  const actions: { migration: string; action: TickAction }[] = [];
  for (const migration of active) {
    const late = overdue(migration, engine.clock.now());
    if (late !== undefined) {
      const { id, shoot, position } = migration;
      engine.log.warn({ migration: id, shoot: shoot.key, step: position, ...late }, OVERDUE_LINE);
    }
    const action = dueAction(migration, engine.clock.now(), engine.limits);
    if (action === undefined) continue;
    try {
      if (action === 'sent what was left in the outbox') await flushOutbox(engine, migration);
      else await publishNudge(engine, migration, migration.position, 'schedule');
      actions.push({ migration: migration.id, action });
    } catch (error) {
      troubles.push(error);
    }
  }
  if (troubles.length > 0) {
    const texts = troubles.map(describeError).join('; ');
    throw new AggregateError(troubles, `the tick left ${troubles.length} migrations alone: ${texts}`);
  }
  return { looked: active.length, actions, ...(steered && { steered }) };
}

/** What the tick does about a migration at `now` (milliseconds): pure, so that every case can be shown. */
export function dueAction(
  migration: Migration,
  now: number,
  limits: Pick<Engine['limits'], 'outboxSeconds' | 'stuckSeconds'>,
): TickAction | undefined {
  const { status, outbox, lease, wakeAt } = migration;
  const olderThan = (since: string, seconds: number) => Date.parse(since) + seconds * 1000 <= now;
  if (!migration.active || status.kind === 'blocked') return undefined;
  // Paused, and no run that died on its way to a safe point.
  if (isHeld(migration) && lease === undefined) return undefined;
  if (outbox.some(({ since }) => olderThan(since, limits.outboxSeconds))) {
    return 'sent what was left in the outbox';
  }
  if (lease !== undefined) return olderThan(lease.expiresAt, 0) ? 'took over from a dead run' : undefined;
  // Being let in sends a nudge; to wake hundreds each minute only for them to find the gate shut would help nobody.
  if (isAtGate(migration)) return undefined;
  if (status.kind === 'waiting') {
    return wakeAt === undefined || olderThan(wakeAt, 0) ? 'woke' : undefined;
  }
  return outbox.length === 0 && olderThan(status.since, limits.stuckSeconds) ? 'unstuck' : undefined;
}

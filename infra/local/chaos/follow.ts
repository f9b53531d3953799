import { SHOOT_CHANGED } from '../../../shared/bus/topics.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { TERMINAL_REASONS } from '../../../shared/engine/terminal.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import { ABORT } from '../../../shared/migration/steps.ts';
import type { Recovery } from './observations.ts';
import type { ShootWorld } from './shoot-world.ts';
import type { ChaosSurroundings } from './surroundings.ts';

const LOOK_EVERY_MS = 500;

/** Blocks for which kills are to blame; the remedy that they name is what an operator does. */
const OF_KILLS: readonly string[] = [
  'RunsDie',
  'DeliveriesExhausted',
] satisfies (keyof typeof TERMINAL_REASONS)[];

/** What is told of a shoot while it migrates. */
export interface FollowListener {
  recovered(recovery: Recovery): void;
  saw(migration: Migration): void;
}

/**
 * Has the shoot changed and follows its migration until it has ended, or is blocked by what no kill explains. Asks for
 * the way back in the middle of the routes where the shoot's order says so, and sets going again what was blocked
 * because its runs were killed. Returns when `signal` aborts, too.
 */
export async function follow(
  world: ShootWorld,
  { backends, migrations }: Pick<ChaosSurroundings, 'backends' | 'migrations'>,
  listener: FollowListener,
  signal: AbortSignal,
): Promise<void> {
  const { order, change, project } = world;
  const { key, strategy } = order;
  const wishes = { strategy, ...(strategy === 'cutover' ? { acknowledgeTrafficLoss: true } : {}) };
  await backends.bus.publish(SHOOT_CHANGED, { body: { ...change, project, ...wishes } });
  let askedForAbort = !order.abort;
  let recoveredAt: string | undefined;
  while (!signal.aborted) {
    const migration = await migrations.findByShoot(key);
    if (migration !== undefined) {
      listener.saw(migration);
      const { status, position } = migration;
      if (!migration.active) return;
      if (!askedForAbort && isInTheMiddle(world)) {
        askedForAbort = true;
        await backends.bus.publish(ABORT, { body: { shoot: key } });
      }
      if (status.kind === 'blocked' && status.since !== recoveredAt) {
        if (!OF_KILLS.includes(status.reason)) return;
        recoveredAt = status.since;
        listener.recovered({ shoot: key, step: position, reason: status.reason });
        await backends.bus.publish(position, { body: { shoot: key } });
      }
    }
    await systemClock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
  }
}

function isInTheMiddle(world: ShootWorld): boolean {
  return world.routesDeleted() > 0;
}

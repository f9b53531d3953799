import type { InProcessWorld } from '../../in-process/index.ts';
import { counted, inOrder } from './canonical.ts';

/** What is said of how it went is left out (failures, waits, refusals): a run that was disturbed says more. */
const ACHIEVEMENTS = ['started', 'done', 'succeeded', 'aborted'];

export async function migrationState({
  migration,
  migrations,
}: Pick<InProcessWorld, 'migration' | 'migrations'>): Promise<object | undefined> {
  if (migration === undefined) return undefined;
  const { status, position, active, paused, plan, constraints, lease, outbox } = migration;
  const history = await migrations.history(migration.id);
  const records = [...(await migrations.podRoutes(migration.id)).values()];
  return {
    id: migration.id,
    status: status.kind,
    reason: 'reason' in status ? status.reason : undefined,
    position,
    active,
    paused,
    strategy: plan.strategy,
    constraints: constraints.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`),
    held: lease !== undefined,
    outbox: outbox.length,
    achieved: counted(
      history
        .filter(({ event, constraint }) => ACHIEVEMENTS.includes(event) || constraint !== undefined)
        .map(({ step, event, constraint }) =>
          [step, event, constraint?.type, constraint?.status].filter(Boolean).join(' '),
        ),
    ),
    routes: inOrder(records.map(({ name, state }) => `${name} ${state}`)),
  };
}

import { systemClock } from '../../../shared/clock.ts';
import type { HistoryEntry } from '../../../shared/migration/history.ts';
import type { Migration } from '../../../shared/migration/migration.ts';
import type { Plan } from '../../../shared/migration/plan.ts';
import { PREFLIGHT } from '../../../shared/migration/steps.ts';
import type { World } from '../world/world.ts';
import { shortPlan } from './plan.ts';
import type { ProgressView } from './progress.ts';
import type { Result } from './report.ts';

export interface Ending {
  readonly result: Result;
  readonly reason?: string;
  readonly migration: Migration | undefined;
  readonly history: readonly HistoryEntry[];
}

const LOOK_EVERY_MS = 250;

/**
 * Shows a migration until it ends, is blocked or was refused, `signal` aborts, or it made no headway for `patienceSeconds`
 * of the wall.
 */
export async function watch(
  world: World,
  shootKey: string,
  view: ProgressView,
  options: { signal: AbortSignal; patienceSeconds: number },
): Promise<Ending> {
  let history: readonly HistoryEntry[] = [];
  let lastChange = systemClock.now();
  let lastSeen = '';
  let shownPlan: string | undefined;
  for (;;) {
    const migration = await world.migrations.findByShoot(shootKey);
    if (migration !== undefined && migration.historyLength > history.length) {
      const all = await world.migrations.history(migration.id);
      view.show(momentOf(world, migration, all.slice(history.length)));
      history = all;
    } else {
      view.show(momentOf(world, migration, []));
    }
    const plan = planToShow(migration);
    if (plan !== undefined && plan.strategy !== shownPlan) {
      for (const line of shortPlan(plan)) view.say(line);
      shownPlan = plan.strategy;
    }
    const end = await endOf(world, migration);
    if (end !== undefined) return { ...end, migration, history };
    if (options.signal.aborted) return { result: 'Interrupted', migration, history };
    const seen = headway(world, migration);
    if (seen !== lastSeen) lastChange = systemClock.now();
    lastSeen = seen;
    if (systemClock.now() - lastChange > options.patienceSeconds * 1000) {
      return {
        result: 'TimedOut',
        reason: `no headway for ${options.patienceSeconds} s; it ${waitsFor(migration)}`,
        migration,
        history,
      };
    }
    await systemClock.sleep(LOOK_EVERY_MS, options.signal).catch(() => {});
  }
}

/** Once the preflight is done with it; and again when the network forced another strategy. */
function planToShow(migration: Migration | undefined): Plan | undefined {
  return migration?.plan.madeAt === undefined || migration.position === PREFLIGHT
    ? undefined
    : migration.plan;
}

/** Looking and waiting is no headway; a step that ends, a node that is carried by something else, a count that grows is. */
function headway(world: World, migration: Migration | undefined): string {
  const counts = migration?.steps.map(({ progress }) => progress?.done ?? 0);
  const running = migration?.status.kind === 'running' ? migration.status.progress?.done : undefined;
  return JSON.stringify([migration?.position, counts, running, [...world.carriers.now().values()].sort()]);
}

function waitsFor(migration: Migration | undefined): string {
  if (migration === undefined) return 'was never taken in';
  const { status } = migration;
  return `stands at ${migration.position}${'message' in status ? `: ${status.message}` : ''}`;
}

function momentOf(world: World, migration: Migration | undefined, history: readonly HistoryEntry[]) {
  return {
    at: world.clock.now(),
    migration,
    history,
    carriers: world.carriers.now(),
    lostNodeSeconds: world.compute.dataPlane.lostNodeSeconds(),
  };
}

async function endOf(
  world: World,
  migration: Migration | undefined,
): Promise<{ result: Result; reason?: string } | undefined> {
  if (migration?.status.kind === 'succeeded') return { result: 'Succeeded' };
  if (migration?.status.kind === 'aborted') {
    return { result: 'Aborted', reason: 'An operator asked for it; what was found before is there again.' };
  }
  if (migration?.status.kind === 'blocked') {
    const { reason, message, remedy } = migration.status;
    return { result: 'Blocked', reason: `${reason}. ${message} ${remedy}` };
  }
  if (migration !== undefined) return undefined;
  const [refusal] = await world.backends.documents.list('refusals', { limit: 1 });
  return refusal === undefined ? undefined : { result: 'Refused', reason: String(refusal.fields.message) };
}

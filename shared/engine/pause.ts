import pLimit from 'p-limit';
import { timestamp } from '../clock.ts';
import type { Who } from '../migration/history.ts';
import { isRunning, type Migration } from '../migration/migration.ts';
import { firstHold, putHold, releaseHold, removeHold, type Scope, scopeInWords } from '../store/holds.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { ADMISSION_REASONS } from './admit.ts';
import type { Engine } from './engine.ts';
import { describeError } from './errors.ts';
import { entry, momentOf, type NudgingMoment } from './history-lines.ts';
import { flushOutbox } from './outbox.ts';
import { type PauseTarget, scopesOf } from './pause-target.ts';
import { withoutStandstill } from './standstill.ts';
import { refused, withNudge } from './transitions.ts';

/** What became of a message on the topics `pause` and `resume`; for the log. */
export type PauseResult =
  | {
      readonly kind: 'paused' | 'resumed';
      /** Ids of the migrations that this changed, or that it found to be as asked. */
      readonly migrations: readonly string[];
      /** Why others in the scope were left alone. */
      readonly left: readonly string[];
    }
  /** The tick lets go of so many each minute. */
  | { readonly kind: 'resuming'; readonly perMinute: number }
  | { readonly kind: 'unknown shoot'; readonly message: string };

/**
 * Pauses a migration, or all of a scope. A run that is under way stops at its next safe point. May be repeated.
 *
 * @throws AggregateError after all of a scope were looked at, with whatever stood in the way of some.
 */
export async function pause(engine: Engine, target: PauseTarget, who?: Who): Promise<PauseResult> {
  const turn: Turn['turn'] = (current, moment) => paused(current, moment, target.kind);
  if (target.kind === 'shoot') return await one(engine, target.name, { kind: 'paused', turn, who });
  // First the hold, then the look at what is under way: a migration that starts between them meets the hold.
  await putHold(engine.documents, target, timestamp(engine.clock), who);
  return await all(engine, target, { kind: 'paused', turn, who });
}

/**
 * Lets a migration, or all of a scope, go on. A shoot's goes on also while its project or namespace is held: that was said
 * of it in particular. A scope's do not where another scope holds them still; nor, where everything goes on, those that were paused
 * by their own names. With `perMinute` the scope is only noted as one to be let go: the tick does it. May be repeated.
 *
 * @throws AggregateError after all of a scope were looked at, with whatever stood in the way of some.
 */
export async function resume(
  engine: Engine,
  target: PauseTarget,
  who?: Who,
  perMinute?: number,
): Promise<PauseResult> {
  const asked: Turn = { kind: 'resumed', turn: resumed, who };
  if (target.kind === 'shoot') return await one(engine, target.name, asked);
  if (perMinute !== undefined) {
    const release = { perMinute, since: timestamp(engine.clock), who };
    if (await releaseHold(engine.documents, target, release)) return { kind: 'resuming', perMinute };
  }
  await removeHold(engine.documents, target);
  return await all(engine, target, asked);
}

/**
 * The migration paused, or undefined when it is. What was paused with others and is meant by its own name stays when they go on.
 */
export function paused(
  migration: Migration,
  moment: NudgingMoment,
  by: NonNullable<Migration['pausedBy']>,
): MigrationChange | undefined {
  if (migration.paused && (by !== 'shoot' || migration.pausedBy === 'shoot')) return undefined;
  const line = entry(moment, migration.position, 'paused', 'stands still at the next safe point');
  return { migration: { ...migration, paused: true, pausedBy: by }, history: [line] };
}

/** The migration no longer paused, its present step nudged; or undefined when it is not. */
export function resumed(
  migration: Migration,
  moment: NudgingMoment,
  now: number,
): MigrationChange | undefined {
  if (!migration.paused) return undefined;
  // The time that it was paused is none that it has waited.
  const free = withoutStandstill({ ...migration, paused: false, pausedBy: undefined });
  const line = entry(moment, migration.position, 'resumed', `${migration.position} goes on`);
  // A run that has not come to its safe point yet goes on by itself, or sends the nudge when it lets go.
  return { migration: isRunning(migration, now) ? free : withNudge(free, moment), history: [line] };
}

/** What an operator asked for, and who that was. */
interface Turn {
  readonly kind: 'paused' | 'resumed';
  readonly turn: typeof resumed;
  readonly who: Who | undefined;
}

/** Of a thousand migrations so many are written side by side: a switch is to be a matter of seconds. */
const AT_ONCE = 10;

async function one(engine: Engine, key: string, asked: Turn): Promise<PauseResult> {
  const { kind } = asked;
  const found = await engine.migrations.findByShoot(key);
  if (found === undefined) {
    return { kind: 'unknown shoot', message: `no migration of the shoot ${key} is known` };
  }
  if (await turned(engine, found.id, asked)) return { kind, migrations: [found.id], left: [] };
  return { kind, migrations: [], left: [`${found.id}: ${FINISHED.message}`] };
}

async function all(engine: Engine, scope: Scope, asked: Turn): Promise<PauseResult> {
  const { kind } = asked;
  const left: string[] = [];
  const troubles: unknown[] = [];
  const migrations: string[] = [];
  // What cannot be read cannot run either; that it was meant is in the log.
  const active = await engine.migrations.active((error) => left.push(describeError(error)));
  const within = active.filter(({ shoot, target }) =>
    scopesOf(shoot, target).some((each) => each.kind === scope.kind && each.name === scope.name),
  );
  await pLimit(AT_ONCE).map(within, async (migration) => {
    const { id } = migration;
    try {
      const why = await whyLeft(engine, migration, scope, kind);
      if (why !== undefined) left.push(`${id}: ${why}`);
      else if (await turned(engine, id, asked)) migrations.push(id);
    } catch (error) {
      troubles.push(error);
    }
  });
  migrations.sort();
  if (troubles.length === 0) return { kind, migrations, left };
  const texts = troubles.map(describeError).join('; ');
  throw new AggregateError(
    troubles,
    `${scope.kind} ${scope.name}: ${kind} ${migrations.join(', ') || 'none'}, not ${troubles.length}: ${texts}`,
  );
}

async function whyLeft(
  engine: Engine,
  { shoot, target, pausedBy }: Migration,
  scope: Scope,
  kind: Turn['kind'],
): Promise<string | undefined> {
  if (kind === 'paused') {
    // Whoever let the scope go while a thousand are being paused wants none of them paused after that.
    const held = await firstHold(engine.documents, [scope]);
    return held === undefined ? `${scopeInWords(scope)} was let go meanwhile` : undefined;
  }
  if (scope.kind === 'all' && pausedBy === 'shoot') return 'it was paused by its own name';
  const still = await firstHold(engine.documents, scopesOf(shoot, target));
  return still && `${scopeInWords(still)} is held still`;
}

/** Turns one migration over and lets it know; false when it has ended, and the history says that this was asked for. */
async function turned(engine: Engine, id: string, { turn, who }: Turn): Promise<boolean> {
  const { clock } = engine;
  const stored = await engine.migrations.change(id, (current) => {
    const moment = { ...momentOf(engine, { cause: 'operator', who }), nudgeId: engine.newId() };
    if (current.active) return turn(current, moment, clock.now());
    return refused(current, { ...FINISHED, step: current.position }, moment);
  });
  if (stored?.active !== true) return false;
  if (!stored.paused) await flushOutbox(engine, stored);
  return true;
}

const FINISHED = { reason: 'MigrationFinished', message: ADMISSION_REASONS.MigrationFinished };

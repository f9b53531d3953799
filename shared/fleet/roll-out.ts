import pLimit from 'p-limit';
import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { gateClosed, gateRemoved, letIn, placeGivenBack } from '../engine/gate.ts';
import { momentOf, type NudgingMoment } from '../engine/history-lines.ts';
import { flushOutbox } from '../engine/outbox.ts';
import { isGated, type Migration } from '../migration/migration.ts';
import { StaleDocument } from '../store/documents.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { type KeptRollout, keptRollout, type Rollout, rolloutWrite } from '../store/rollout.ts';
import { decide, type FleetDecision } from './decide.ts';
import { stoppedBy, withNews } from './rollout-moves.ts';
import { writeWith } from './write-with.ts';

/** The line that the alert on a rollout that has stopped is built on (`infra/gcp/metrics.tf`). */
const ROLLOUT_STOPPED_LINE = 'rollout stopped';

/** Writes to different migrations, none of which depends on another. */
const AT_ONCE = 10;

export interface RolledOut {
  /** Ids. */
  readonly letIn: readonly string[];
  /** Why it stopped, where it has just done so. */
  readonly stopped?: string | undefined;
}

/**
 * Does what {@link decide} says about the fleet: shuts gates, gives places back, stops the rollout, lets in. In this order, so that
 * whatever is cut off leaves fewer let in than might be.
 *
 * @throws StoreUnavailable; what was done by then stands.
 */
export async function rollOut(
  engine: Engine,
  active: readonly Migration[],
  { rollout, version }: KeptRollout,
  held: boolean,
): Promise<RolledOut> {
  const now = engine.clock.now();
  const endedCanaries = await endedOf(engine, rollout, active);
  const decision = decide({ now, rollout, active, endedCanaries, held });
  const moment = () => momentOf(engine, { cause: 'schedule' });
  await each(engine, decision.close, (current) => gateClosed(current, rollout.id, moment()));
  await each(engine, decision.giveBack, (current) => placeGivenBack(current, moment()));
  const kept = await noted(engine, { rollout, version }, decision);
  if (kept === undefined) return { letIn: [] };
  if (decision.stop !== undefined) return { letIn: [], stopped: decision.stop.reason };
  return { letIn: await letInAll(engine, decision.letIn, kept) };
}

/** No rollout keeps anybody any more. Those that waited go on all at once, as if there had never been one. */
export async function openGates(engine: Engine, active: readonly Migration[]): Promise<RolledOut> {
  const waiting = active.filter(isGated);
  const opened = await each(engine, waiting, (current) =>
    gateRemoved(current, { ...momentOf(engine, { cause: 'schedule' }), nudgeId: engine.newId() }),
  );
  return { letIn: opened };
}

/** Gates shut where a policy was set over migrations that are under way. @throws StoreUnavailable */
export async function shutGates(engine: Engine, rollout: Pick<Rollout, 'id'>): Promise<void> {
  const active = await engine.migrations.active(() => undefined);
  const moment = momentOf(engine, { cause: 'operator' });
  const open = active.filter((migration) => gateClosed(migration, rollout.id, moment) !== undefined);
  await each(engine, open, (current) =>
    gateClosed(current, rollout.id, momentOf(engine, { cause: 'operator' })),
  );
}

/** Of canaries without an active migration the newest one, where it is not known to have succeeded. */
async function endedOf(
  { migrations }: Engine,
  { policy, passed }: Rollout,
  active: readonly Migration[],
): Promise<ReadonlyMap<string, Migration>> {
  const known = new Set([...passed, ...active.map(({ shoot }) => shoot.key)]);
  const found = new Map<string, Migration>();
  for (const shoot of policy.canaries.filter((each) => !known.has(each))) {
    const newest = await migrations.findByShoot(shoot);
    if (newest !== undefined) found.set(shoot, newest);
  }
  return found;
}

/** What is to be remembered of the decision; undefined when somebody else changed the rollout since it was read. */
async function noted(
  engine: Engine,
  { rollout, version }: KeptRollout,
  decision: FleetDecision,
): Promise<KeptRollout | undefined> {
  const at = timestamp(engine.clock);
  const news = withNews(rollout, decision);
  const next = decision.stop === undefined ? news : stoppedBy(news, decision.stop, decision.troubles, at);
  if (next === rollout) return { rollout, version };
  try {
    await engine.documents.commit([rolloutWrite(next, version)]);
  } catch (error) {
    if (error instanceof StaleDocument) return undefined;
    throw error;
  }
  if (decision.stop !== undefined) {
    const { reason, message: why } = decision.stop;
    engine.log.warn({ rollout: rollout.id, reason, why }, ROLLOUT_STOPPED_LINE);
  }
  return await keptRollout(engine.documents);
}

/** One after the other, each written together with the rollout as it was read: of two looks at once one is refused. */
async function letInAll(
  engine: Engine,
  next: readonly Migration[],
  from: KeptRollout,
): Promise<readonly string[]> {
  const by = engine.newId();
  const gone: string[] = [];
  let kept: KeptRollout | undefined = from;
  for (const { id } of next) {
    const { rollout, version }: KeptRollout = kept;
    // Stopped, changed or off since it was decided whose turn it is.
    if (rollout.state.kind !== 'running') break;
    const lettings = { count: rollout.lettings.count + 1, by };
    const moment: NudgingMoment = { ...momentOf(engine, { cause: 'schedule' }), nudgeId: engine.newId() };
    const stored = await writeWith(
      engine,
      id,
      (current) => letIn(current, rollout.id, moment),
      rolloutWrite({ ...rollout, lettings }, version),
    );
    kept = await keptRollout(engine.documents);
    if (kept === undefined) break;
    const now = kept.rollout.lettings;
    if (now.by === by && now.count === lettings.count) {
      gone.push(id);
      if (stored !== undefined) await flushOutbox(engine, stored);
    } else if (kept.version !== version) {
      break;
    }
  }
  return gone;
}

/** Changes each that is still as it was found; ids of those that were changed. */
async function each(
  engine: Engine,
  migrations: readonly Migration[],
  turn: (current: Migration) => MigrationChange | undefined,
): Promise<readonly string[]> {
  const changed = await pLimit(AT_ONCE).map(migrations, async ({ id }) => {
    let isChanged = false;
    const stored = await engine.migrations.change(id, (current) => {
      const change = turn(current);
      isChanged = change !== undefined;
      return change;
    });
    if (stored !== undefined) await flushOutbox(engine, stored);
    return isChanged ? [id] : [];
  });
  return changed.flat();
}

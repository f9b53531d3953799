import type { Engine } from '../engine/engine.ts';
import { momentOf } from '../engine/history-lines.ts';
import { flushOutbox } from '../engine/outbox.ts';
import { resumed } from '../engine/pause.ts';
import type { Migration } from '../migration/migration.ts';
import { StaleDocument } from '../store/documents.ts';
import { ALL, holdWrite, type KeptHold, keptHold } from '../store/holds.ts';
import { allowance, oneMoreLetGo, resumeOrder } from './let-go.ts';
import { writeWith } from './write-with.ts';

/**
 * Lets go of as many as may go on in this minute, each written together with the count of them; when none is left, the hold ends.
 * Does nothing while everything is held, or nothing is. Returns the ids of those that go on.
 *
 * @throws StoreUnavailable; what was let go by then has gone on.
 */
export async function resumeBitByBit(
  engine: Engine,
  active: readonly Migration[],
  holds: readonly KeptHold[],
): Promise<readonly string[]> {
  const { documents, clock } = engine;
  const found = holds.find(({ hold }) => hold.kind === 'all');
  if (found?.hold.release === undefined) return [];
  const order = resumeOrder(
    active,
    holds.map(({ hold }) => hold),
  );
  if (order.length === 0) {
    await end(engine, found);
    return [];
  }
  const by = engine.newId();
  const gone: string[] = [];
  let kept: KeptHold | undefined = found;
  for (const { id } of order.slice(0, allowance(found.hold.release, clock.now()))) {
    const { hold, version }: KeptHold = kept;
    if (hold.release === undefined) break;
    const { who } = hold.release;
    const next = oneMoreLetGo(hold.release, clock.now(), by);
    const moment = { ...momentOf(engine, { cause: 'schedule', who }), nudgeId: engine.newId() };
    const stored = await writeWith(
      engine,
      id,
      (current) =>
        current.active && current.pausedBy !== 'shoot' ? resumed(current, moment, clock.now()) : undefined,
      holdWrite(ALL, { ...hold, release: next }, version),
    );
    kept = await keptHold(documents, ALL);
    // Ended, while somebody else looked.
    if (kept === undefined) break;
    const { release } = kept.hold;
    if (release?.by === by && release.count === next.count) {
      gone.push(id);
      if (stored !== undefined) await flushOutbox(engine, stored);
    } else if (kept.version !== version) {
      // Somebody else lets go of them, or everything was paused again.
      break;
    }
  }
  return gone;
}

/** Whoever starts now has nothing to wait for any more. */
async function end({ documents }: Engine, { version }: KeptHold): Promise<void> {
  try {
    await documents.commit([holdWrite(ALL, undefined, version)]);
  } catch (error) {
    // Paused again, or ended by another look.
    if (!(error instanceof StaleDocument)) throw error;
  }
}

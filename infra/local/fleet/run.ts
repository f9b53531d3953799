import { systemClock } from '../../../shared/clock.ts';
import type { Course } from './course.ts';
import type { Fleet } from './fleet.ts';
import { AFTERMATH_MS } from './shoots.ts';

/** How a run came to its end. */
export type Ending =
  /** As its course wanted it. */
  | 'over'
  /** For so long nothing changed that nothing will. */
  | 'stands still'
  | 'interrupted';

/** Longer than any wait for the next day's maintenance window. */
const PATIENCE_MS = 26 * 3_600_000;

/**
 * Lets time pass for a fleet until its course is over, and a little longer: what was done last must not do harm.
 *
 * @throws whatever the course threw; Error when no time is left to pass.
 */
export async function runFleet(
  fleet: Fleet,
  course: Course,
  { signal, look }: { readonly signal: AbortSignal; readonly look: () => void },
): Promise<Ending> {
  const { clock, census } = fleet;
  const over = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  let lastChange = clock.now();
  const end = census.onStanding(() => {
    lastChange = clock.now();
  });
  const isOver = () => course.isOver?.(fleet) ?? everyShootHasEnded(fleet);
  const standsStill = () => clock.now() - lastChange > PATIENCE_MS;
  const leading = course.lead(fleet, over.signal).catch((error: unknown) => {
    if (!over.signal.aborted) failure = { error };
  });
  const looking = lookedAtEvery(LOOK_MS, look);
  try {
    await clock.untilTrue(
      () => {
        looking();
        return signal.aborted || failure !== undefined || isOver() || standsStill();
      },
      'the end of the fleet',
      Number.MAX_SAFE_INTEGER - clock.now(),
    );
    if (failure !== undefined) throw failure.error;
    if (signal.aborted) return 'interrupted';
    const ending = isOver() ? 'over' : 'stands still';
    await clock.advance(AFTERMATH_MS + 1_000);
    return ending;
  } finally {
    over.abort(new Error('the run is over'));
    end();
    await leading;
    look();
  }
}

function everyShootHasEnded({ census, orders }: Fleet): boolean {
  return census.count('succeeded') + census.count('led back') + census.count('blocked') >= orders.length;
}

/** How often somebody looks, in milliseconds of the wall. */
const LOOK_MS = 200;

/** Time passes without turns of the event loop, so that no timer would fire in time. */
function lookedAtEvery(milliseconds: number, look: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = systemClock.now();
    if (now - last < milliseconds) return;
    last = now;
    look();
  };
}

import type { InProcessWorld } from '../in-process/index.ts';
import { hasEnded } from '../in-process/migration-watch.ts';
import type { ArmedFaults } from './faults/index.ts';

/**
 * How long nothing may go wrong, in simulated seconds, before a migration that has not ended counts as stuck. Two openings
 * of the daily maintenance window, since one may come too soon after the fault to be used, and two hours for what follows
 * the second. Everything else a migration waits for is shorter: a lease (90 s), a push that is not answered (600 s), the
 * longest back-off of a message and its ten attempts (100 minutes together).
 */
const LIVENESS_SECONDS = 50 * 3_600;

/**
 * How long a world is watched after its migration ended and the last fault struck. Longer than a push waits for its answer
 * (600 s) and than its longest pause before it comes again (600 s), so that every message that was still out has come
 * once more and could do harm, and so have twenty ticks.
 */
const QUIET_SECONDS = 1_230;

/**
 * Lets time pass until the migration has ended and stayed so for a while in which nothing went wrong. False when
 * it did not within the bound after the last fault, or when nobody is left to wake and it cannot any more.
 */
export async function untilOver(world: InProcessWorld, faults: ArmedFaults): Promise<boolean> {
  const { clock } = world;
  let troubleAt = clock.now();
  const looked = () => {
    troubleAt = Math.max(troubleAt, faults.lastStruckAt() ?? 0);
    return troubleAt;
  };
  for (;;) {
    if (
      !(await comes(
        world,
        () => hasEnded(world.migration),
        () => looked() + LIVENESS_SECONDS * 1_000,
      ))
    )
      return false;
    const endedAt = clock.now();
    const quiet = () => Math.max(looked(), endedAt) + QUIET_SECONDS * 1_000;
    while (hasEnded(world.migration) && clock.now() < quiet()) await clock.advance(quiet() - clock.now());
    if (hasEnded(world.migration)) return true;
  }
}

/** Whether the condition comes true by an instant that may be put off meanwhile. */
async function comes(
  world: InProcessWorld,
  condition: () => boolean,
  latest: () => number,
): Promise<boolean> {
  const { clock } = world;
  for (;;) {
    const until = latest();
    try {
      await clock.untilTrue(condition, 'the end', until - clock.now());
      return true;
    } catch {
      // Thrown when the instant has come, or when nobody is left to wake.
      if (latest() <= until) return false;
    }
  }
}

import { systemClock } from '../../../shared/clock.ts';

const POLL_MS = 100;
const PATIENCE_MS = 120_000;

/**
 * Resolves when the condition holds, looked at again and again on the wall's clock. A look that throws counts as "not yet".
 *
 * @throws Error naming `what`, with the last look's error, after `patienceMs`.
 */
export async function eventually(
  what: string,
  holds: () => Promise<boolean> | boolean,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const giveUpAt = systemClock.now() + patienceMs;
  for (;;) {
    let cause: unknown;
    try {
      if (await holds()) return;
    } catch (error) {
      cause = error;
    }
    if (systemClock.now() > giveUpAt)
      throw new Error(`${what}: not within ${patienceMs / 1_000} s`, { cause });
    await systemClock.sleep(POLL_MS);
  }
}

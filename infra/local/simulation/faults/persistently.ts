import type { Scene } from './scene.ts';

/** Longer than any part of the cloud is away in a case of ours, if it comes back at all. */
const TRIES = 400;
const PAUSE_MS = 1_500;

/** What somebody else has begun they bring to its end, although something is under way there or cannot be reached. */
export async function persistently({ world }: Scene, act: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
      await world.clock.sleep(PAUSE_MS);
    }
  }
}

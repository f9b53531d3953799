import { seededRandom } from '../random.ts';
import type { Fleet } from './fleet.ts';

/**
 * Who becomes dual-stack when, and what operators do meanwhile: how a fleet is led. The world does the rest, each shoot in
 * its maintenance window.
 */
export interface Course {
  /**
   * Runs beside all that happens: publishes, sleeps on the fleet's clock until `signal` aborts, looks at where migrations stand.
   * What it throws ends the run.
   */
  lead(fleet: Fleet, signal: AbortSignal): Promise<void>;
  /** Whether nothing more is to come. When left out: once every shoot has come to its end, or is blocked. */
  isOver?(fleet: Fleet): boolean;
}

/** Before its window opens, so that the plan is there when it does. In minutes. */
const ASKED_BEFORE = { least: 2, most: 6 };

/** Each owner asks for it on its own, some minutes before the shoot's maintenance window opens; nobody pauses anything. */
export function eachInItsWindow(seed: number): Course {
  const random = seededRandom(seed);
  const { least, most } = ASKED_BEFORE;
  return {
    lead: async (fleet, signal) => {
      const { clock, orders } = fleet;
      const midnight = clock.now() - (clock.now() % DAY_MS);
      const asked = orders.map((order) => {
        const before = least + (most - least) * random();
        return { order, at: midnight + (order.windowOpens - before) * 60_000 };
      });
      for (const { order, at } of asked.sort((one, other) => one.at - other.at)) {
        await clock.sleep(Math.max(0, at - clock.now()), signal);
        await fleet.changeShoot(order);
      }
    },
  };
}

const DAY_MS = 86_400_000;

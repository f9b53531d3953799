import { type Bus, BusUnavailable } from '../../../shared/bus/bus.ts';
import { MAINTENANCE_TICK, type Topic, WATCH_SHOOTS } from '../../../shared/bus/topics.ts';
import type { Clock } from '../../../shared/clock.ts';

/**
 * Cloud Scheduler's part: a message on `maintenance-tick`, and on `watch-shoots` where that is wanted, every minute of the
 * world's clock.
 */
export function startScheduler({
  bus,
  clock,
  watchGarden = false,
}: {
  bus: Bus;
  clock: Clock;
  watchGarden?: boolean;
}): { stop(): Promise<void> } {
  const topics: readonly Topic[] = watchGarden ? [MAINTENANCE_TICK, WATCH_SHOOTS] : [MAINTENANCE_TICK];
  const stopped = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      try {
        for (const topic of topics) {
          await bus.publish(topic, { body: { at: new Date(clock.now()).toISOString() } });
        }
      } catch (error) {
        // The next minute brings the next tick; nothing depends on a single one.
        if (!(error instanceof BusUnavailable)) throw error;
      }
      await clock.sleep(60_000, stopped.signal).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

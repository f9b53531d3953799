import { type Bus, BusUnavailable } from '../../../shared/bus/bus.ts';
import { MAINTENANCE_TICK } from '../../../shared/bus/topics.ts';
import type { Clock } from '../../../shared/clock.ts';

/** Cloud Scheduler's part: a message on `maintenance-tick` every minute of the world's clock. */
export function startScheduler({ bus, clock }: { bus: Bus; clock: Clock }): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      try {
        await bus.publish(MAINTENANCE_TICK, { body: { at: new Date(clock.now()).toISOString() } });
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

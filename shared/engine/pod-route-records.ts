import pLimit from 'p-limit';
import type { PodRouteRecord } from '../migration/pod-route.ts';
import type { Claim } from './claim.ts';
import type { Engine } from './engine.ts';
import type { StepRun } from './step.ts';

/**
 * A run's records of pod routes: read once, since the lease keeps everybody else from writing them, and kept up to date
 * with what the run itself stores. What was handed out before stays as it was.
 */
export function podRouteRecords(
  { migrations }: Pick<Engine, 'migrations'>,
  held: Claim,
): Pick<StepRun, 'podRoutes' | 'savePodRoutes'> {
  const { id } = held.migration;
  // A read that a save overtakes would bring neither the old state nor the new one.
  const oneAtATime = pLimit(1);
  let known: ReadonlyMap<string, PodRouteRecord> | undefined;
  return {
    podRoutes: () =>
      oneAtATime(async () => {
        known ??= await migrations.podRoutes(id);
        return known;
      }),
    savePodRoutes: (records) =>
      oneAtATime(async () => {
        const before = known;
        // Until every portion is stored nobody knows which are: then the store is asked again.
        known = undefined;
        for (const writes of migrations.podRouteWrites(id, records)) {
          await held.write((current) => ({ migration: current, writes }));
        }
        if (before === undefined) return;
        known = new Map([...before, ...records.map((record) => [record.name, record] as const)]);
      }),
  };
}

import type { Migration } from '../migration/migration.ts';
import { type Phase, phaseOf } from '../view/phase.ts';
import type { FleetFigures } from './sink.ts';

/** How the migrations stand at `now` (milliseconds): states, not events, so that a figure comes down again. */
export function fleetFigures(active: readonly Migration[], now: number): FleetFigures {
  const phases: Partial<Record<Phase, number>> = {};
  const blocked = new Map<string, number>();
  for (const migration of active) {
    const phase = phaseOf(migration, now);
    phases[phase] = (phases[phase] ?? 0) + 1;
    const { status } = migration;
    if (status.kind === 'blocked') blocked.set(status.reason, (blocked.get(status.reason) ?? 0) + 1);
  }
  return { phases, blocked };
}

import { abortIsPending, isHeld, isMidway, type Migration } from '../migration/migration.ts';

/**
 * Whether a run of the migration has to let go here, for a pause or for the way back. Never between an act after which
 * traffic depends on the next one and that one.
 */
export function isToStop(migration: Migration): boolean {
  return isHeld(migration) || (abortIsPending(migration) && !isMidway(migration));
}

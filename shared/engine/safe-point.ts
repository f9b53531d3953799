import { abortIsPending, isHeld, type Migration, stepRecordOf } from '../migration/migration.ts';

/**
 * Whether a run of the migration has to let go here, for a pause or for the way back. Never between an act after which
 * traffic depends on the next one and that one.
 */
export function isToStop(migration: Migration): boolean {
  return isHeld(migration) || (abortIsPending(migration) && !isMidway(migration));
}

/** Its last act left traffic depending on the next one, as far as anybody knows. */
export function isMidway(migration: Migration): boolean {
  return stepRecordOf(migration, migration.position).midway === true;
}

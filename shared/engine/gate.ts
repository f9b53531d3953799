import type { Timestamp } from '../clock.ts';
import {
  abortIsPending,
  type Gate,
  hasBegun,
  isGated,
  isHeld,
  type Migration,
} from '../migration/migration.ts';
import { ABORT, PREFLIGHT } from '../migration/steps.ts';
import type { MigrationChange } from '../store/migration-store.ts';
import { entry, type Moment, type NudgingMoment } from './history-lines.ts';
import type { WAIT_REASONS } from './terminal.ts';
import { ready, waitsFor } from './transitions.ts';

/**
 * The moves of a migration through the gate before its first change, as functions of values. Who is let in when is decided above
 * (`shared/fleet`); that nothing is changed before is kept here and in `admit.ts`.
 */

const WAITS_FOR_ROLLOUT = 'WaitsForRollout' satisfies keyof typeof WAIT_REASONS;

/** Whether it stands at the gate and nothing moves it but being let in. */
export function isAtGate(migration: Migration): boolean {
  const { status } = migration;
  return isGated(migration) && status.kind === 'waiting' && status.reason === WAITS_FOR_ROLLOUT;
}

/** Whether there is nothing left between it and its first change but being let in: it has a plan, and nobody holds it. */
export function mayBeLetIn(migration: Migration): boolean {
  const { active, status, position, lease, paused } = migration;
  const waits = status.kind === 'waiting' || status.kind === 'ready';
  const planned = position !== PREFLIGHT && position !== ABORT;
  const free = lease === undefined && !paused && !abortIsPending(migration);
  return active && isGated(migration) && !hasBegun(migration) && waits && planned && free;
}

/** The first nudge of a changing step that has not been let in. */
export function waitingForRollout(migration: Migration, moment: Moment): MigrationChange {
  const message = `${migration.position} begins when the rollout lets this shoot in`;
  return waitsFor(migration, { reason: WAITS_FOR_ROLLOUT, message, patient: true }, undefined, moment);
}

/** A policy was set before anything was changed: from now on it has to be let in. Undefined when it is too late, or was done. */
export function gateClosed(
  migration: Migration,
  rollout: string,
  moment: Moment,
): MigrationChange | undefined {
  const { active, gate } = migration;
  if (!active || hasBegun(migration) || gate?.letIn !== undefined || gate?.rollout === rollout) {
    return undefined;
  }
  const since = gate?.since ?? migration.createdAt;
  return standing({ ...migration, gate: { ...gate, rollout, since } }, moment);
}

/** Its turn has come. Undefined when something else came between. */
export function letIn(
  migration: Migration,
  rollout: string,
  moment: NudgingMoment,
): MigrationChange | undefined {
  const { gate, position } = migration;
  if (gate === undefined || !mayBeLetIn(migration)) return undefined;
  const opened: Gate = { rollout, since: gate.since, letIn: { at: moment.at, by: 'rollout' } };
  return {
    migration: ready({ ...migration, wakeAt: undefined, gate: opened }, position, moment),
    history: [entry(moment, position, 'let in', 'its turn in the rollout has come')],
  };
}

/** An operator has its first change run by hand: that is an emergency, and does not wait for anybody. */
export function letInByHand(migration: Migration, at: Timestamp): Migration {
  const { gate } = migration;
  if (gate === undefined || !isGated(migration)) return migration;
  return { ...migration, gate: { ...gate, letIn: { at, by: 'operator' } } };
}

/**
 * Let in, and nothing came of it: it waits for something else, is held or was blocked by its preflight. Whether its place is to be
 * given to another.
 */
export function hasIdlePlace(migration: Migration): boolean {
  const { active, gate, status, lease } = migration;
  const isIdle = migration.paused || status.kind === 'waiting' || status.kind === 'blocked';
  return active && gate?.letIn !== undefined && lease === undefined && !hasBegun(migration) && isIdle;
}

/** Its place is given to another; it goes to the end of the line. Undefined when something has come of it. */
export function placeGivenBack(migration: Migration, moment: Moment): MigrationChange | undefined {
  const { gate, status, wakeAt, position } = migration;
  if (gate === undefined || !hasIdlePlace(migration)) return undefined;
  const { rollout } = gate;
  const itsOwnWait = status.kind === 'waiting' && status.reason !== 'OutsideMaintenanceWindow';
  const back: Gate = { rollout, since: moment.at, ...(itsOwnWait && { notBefore: wakeAt }) };
  const change = standing({ ...migration, gate: back }, moment);
  const why = 'reason' in status ? status.reason : 'Paused';
  const line = entry(moment, position, 'place given back', `nothing could be begun: ${why}`);
  return { ...change, history: [line, ...(change.history ?? [])] };
}

/** No rollout keeps it any more. Undefined when none did. */
export function gateRemoved(migration: Migration, moment: NudgingMoment): MigrationChange | undefined {
  const { gate, position } = migration;
  if (gate === undefined || gate.letIn !== undefined || !migration.active) return undefined;
  const { gate: _, ...free } = migration;
  const history = [entry(moment, position, 'let in', 'there is no rollout to wait for any more')];
  if (!isAtGate(migration)) return { migration: free, history };
  return { migration: ready({ ...free, wakeAt: undefined }, position, moment), history };
}

/** At the gate, if there is nothing else before it: so that it is not woken only to find that out. */
function standing(migration: Migration, moment: Moment): MigrationChange {
  return mayBeLetIn(migration) && !isHeld(migration) ? waitingForRollout(migration, moment) : { migration };
}

import { z } from 'zod';
import { abortIsPending, isHeld, isRunning, type Migration } from '../migration/migration.ts';
import { ABORT, PREFLIGHT } from '../migration/steps.ts';

/**
 * How a migration stands, in one word, in the order in which somebody wants to hear of them: first what needs a human, then what
 * moves, then what waits, last what is over. A wait is never among what is wrong.
 */
export const PHASES = [
  /** A human has to do something; the reason says what. */
  'blocked',
  /** A step is being brought about, or is about to be. */
  'running',
  /** The way back is being taken. */
  'going back',
  /** The preflight looks at everything; nothing is changed. */
  'planning',
  /** For somebody’s turn, an agreed time, or something that takes its time. */
  'waiting',
  /** An operator holds it at a safe point. */
  'paused',
  'succeeded',
  /** Aborted: everything is as it was found. */
  'led back',
] as const;
export const phaseSchema = z.enum(PHASES);
export type Phase = (typeof PHASES)[number];

/**
 * The phase at `now` (milliseconds). Between two runs a migration runs, for all that anybody can tell; while it is paused, only
 * as long as a run is still on its way to a safe point. What is blocked says so also on the way back and under a pause.
 */
export function phaseOf(migration: Migration, now: number): Phase {
  const { status, position } = migration;
  if (status.kind === 'succeeded') return 'succeeded';
  if (status.kind === 'aborted') return 'led back';
  if (status.kind === 'blocked') return 'blocked';
  if (isHeld(migration) && !isRunning(migration, now)) return 'paused';
  if (position === ABORT || abortIsPending(migration)) return 'going back';
  if (status.kind === 'waiting') return 'waiting';
  return position === PREFLIGHT ? 'planning' : 'running';
}

/** For sorting. */
export function rankOf(phase: Phase): number {
  return PHASES.indexOf(phase);
}

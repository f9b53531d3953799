import type { Random } from '../random.ts';

/** What befalls an instance. */
export const STROKES = ['SIGKILL', 'SIGSTOP', 'SIGTERM'] as const;
export type StrokeKind = (typeof STROKES)[number];

/** One entry of the schedule. */
export interface Stroke {
  /** From the stroke before, in milliseconds of the wall where an instance starts within {@link USUAL_START_MS}. */
  readonly afterMs: number;
  readonly kind: StrokeKind;
  /** How long the instance stands still when it is stopped, in milliseconds of the wall. */
  readonly stoppedMs: number;
  /** Picks one of the instances that could be struck, 0 up to but not including 1. */
  readonly pick: number;
}

/** A machine that needs longer to start an instance is slower at everything, and is given more time between strokes. */
export const USUAL_START_MS = 1_000;

/** Shares of the strokes that are stops and terminations; the others are kills. */
const STOPS = 0.18;
const TERMINATIONS = 0.15;
/** A run of a step lasts a few seconds of the wall; some of them have to get through. */
const PAUSE = { least: 600, spread: 3_400 };
/** A stop is to outlast the lease, so that another run takes over before the sleeper wakes. */
const BEYOND_LEASE = { least: 1.1, spread: 1.2 };

/** The endless schedule of strokes that a random generator stands for. `leaseMs`: a lease, on the wall. */
export function* strokes(random: Random, leaseMs: number): Generator<Stroke, never> {
  for (let count = 0; ; count += 1) {
    const afterMs = PAUSE.least + random() * PAUSE.spread;
    const luck = random();
    const drawn = luck < STOPS ? 'SIGSTOP' : luck < STOPS + TERMINATIONS ? 'SIGTERM' : 'SIGKILL';
    // However short a run is, somebody is killed in it.
    const kind = count === 0 ? 'SIGKILL' : drawn;
    const stoppedMs = leaseMs * (BEYOND_LEASE.least + random() * BEYOND_LEASE.spread);
    yield { afterMs, kind, stoppedMs, pick: random() };
  }
}

import { landed, pauseAfter, setBack, type Trace } from './trace.ts';

/** How something that is written back stands on the Shoot, as prints. */
export interface Standing {
  readonly present: string;
  readonly wanted: string;
  /** Whether what is there may be written over although we did not write it. */
  readonly mayReplace: boolean;
}

/** What is to be done, and what is to be remembered before it is. */
export type Verdict =
  | { readonly kind: 'as wanted'; readonly trace: Trace }
  | { readonly kind: 'write'; readonly trace: Trace }
  /** Somebody else wants it otherwise, or the garden does. */
  | { readonly kind: 'gives way'; readonly trace: Trace };

/** Tries of which nobody knows whether they happened, kept in mind. */
const MOST_UNKNOWN = 3;

/**
 * Decides about one thing at `now` (milliseconds). It is written when it is news, and only over what we left there ourselves. Who
 * took it away or changed it is given way to: the next try comes after a pause that doubles each time, from five minutes to six
 * hours, and becomes short again when a try has stood as long as the pause before it was. So nobody who insists is ever fought.
 */
export function judge({ present, wanted, mayReplace }: Standing, trace: Trace, now: number): Verdict {
  const ours = trace.ours.includes(present);
  if (present === wanted) {
    const known = trace.landed && ours ? trace : landed(trace, wanted, now);
    return { kind: 'as wanted', trace: calmed(isPausing(trace, now) ? known : withoutPause(known), now) };
  }
  if (isPausing(trace, now)) return { kind: 'gives way', trace };
  const takenAway = trace.landed && !ours && trace.notBefore === undefined;
  if (takenAway || !(ours || mayReplace)) {
    return { kind: 'gives way', trace: setBack(trace, 'somebody else changed what was written', now) };
  }
  const free = withoutPause(ours ? calmed(trace, now) : trace);
  // What stood there before a setback is not ours, or taking it away once more would look as if we had left it so.
  const sofar = trace.landed ? trace.ours : trace.ours.slice(1 - MOST_UNKNOWN);
  return { kind: 'write', trace: { ...free, ours: [...new Set([...sofar, wanted])], landed: false } };
}

/** What was written last stands, and nobody minded for as long as the last pause was. */
function calmed(trace: Trace, now: number): Trace {
  const { setbacks, wroteAt } = trace;
  if (setbacks === 0 || wroteAt === undefined || !trace.landed) return trace;
  if (Date.parse(wroteAt) + pauseAfter(setbacks) > now) return trace;
  const { setback: _, ...calm } = withoutPause(trace);
  return { ...calm, setbacks: 0 };
}

/** Whether a setback keeps anything from being written at `now` (milliseconds). */
export function isPausing({ notBefore }: Trace, now: number): boolean {
  return notBefore !== undefined && Date.parse(notBefore) > now;
}

function withoutPause({ notBefore: _, ...trace }: Trace): Trace {
  return trace;
}

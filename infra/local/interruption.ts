import { systemClock } from '../../shared/clock.ts';

/** A second signal this soon is the same Ctrl-C: a terminal sends it to everybody, and npm passes it on once more. */
const SAME_KEYSTROKE_MS = 1_000;

/**
 * Aborts at the first SIGINT or SIGTERM, so that everything can be stopped in order. Who presses again, because that takes
 * too long, gets out at once.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  let first: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const now = systemClock.now();
      first ??= now;
      if (now - first > SAME_KEYSTROKE_MS) process.exit(130);
      interrupted.abort(signal);
    });
  }
  return interrupted.signal;
}

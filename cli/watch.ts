import { CommandError } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** People look no faster, and the function’s own look is shared for as long. */
const EVERY_MS = 2_000;
/** A function that is replaced, an outage that passes. */
const PATIENCE_MS = 120_000;

/**
 * Looks again and again until `seen` says that there is nothing more to come, or Ctrl-C. No answer for two minutes ends it; less
 * is said once, beside the result, and passes.
 */
export async function watch<View>(
  { clock, signal, say }: Pick<Terminal, 'clock' | 'signal' | 'say'>,
  look: () => Promise<View>,
  seen: (view: View) => boolean | Promise<boolean>,
): Promise<void> {
  let answeredAt = clock.now();
  let saidSo = false;
  for (;;) {
    let view: View | undefined;
    try {
      view = await look();
    } catch (error) {
      const passes = error instanceof CommandError && error.ending === 'unreachable';
      if (!passes || clock.now() - answeredAt > PATIENCE_MS) throw error;
      if (!saidSo) say(`${error.message} It is tried again.\n`);
      saidSo = true;
    }
    if (view !== undefined) {
      answeredAt = clock.now();
      saidSo = false;
      if (await seen(view)) return;
    }
    await clock.sleep(EVERY_MS, signal);
  }
}

import type { Clock } from '../clock.ts';
import { GardenTrouble } from './garden-shoots.ts';

/**
 * Lets `act` ask a garden for at most so many seconds of the clock; what it does with the signal it is given ends then.
 *
 * @throws GardenTrouble `TooSlow`, from the calls under way; `shutdown`'s reason when the instance goes down first.
 */
export async function withinSeconds<Result>(
  { clock, shutdown }: { readonly clock: Clock; readonly shutdown: AbortSignal },
  seconds: number,
  act: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const done = new AbortController();
  clock.sleep(seconds * 1_000, done.signal).then(
    () => late.abort(new GardenTrouble('TooSlow', `the garden was not done within ${seconds} s`)),
    () => undefined,
  );
  try {
    return await act(AbortSignal.any([late.signal, shutdown]));
  } finally {
    done.abort();
  }
}

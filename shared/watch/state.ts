import type { Timestamp } from '../clock.ts';
import { toFields } from '../frozen-json.ts';
import type { GardenTroubleReason } from '../kubernetes/garden-shoots.ts';
import { beginningOf } from '../secrets.ts';
import type { Documents } from '../store/documents.ts';

/**
 * The document `watch/garden`: how the last look at the garden ended. `at` is never older than a minute or two while the watch
 * runs; what a monitoring page or an operator looks at first when a change was not noticed.
 */
export type WatchState =
  | {
      readonly kind: 'watching';
      readonly at: Timestamp;
      readonly shoots: number;
      readonly changes: number;
    }
  | {
      readonly kind: 'trouble';
      readonly at: Timestamp;
      readonly reason: GardenTroubleReason;
      /** What was asked and what came back, without secrets. */
      readonly message: string;
      /** What the reason means. */
      readonly meaning: string;
    };

const MOST_CHARACTERS = 2_000;

/** Unconditional: whichever look ends last says how it is. */
export async function putWatchState(documents: Documents, state: WatchState): Promise<void> {
  const fields =
    state.kind === 'trouble' ? { ...state, message: beginningOf(state.message, MOST_CHARACTERS) } : state;
  await documents.commit([{ kind: 'put', path: 'watch/garden', fields: toFields(fields) }]);
}

import { timestamp } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { describeError } from '../engine/errors.ts';
import type { GardenConnection } from '../engine/ports.ts';
import { GARDEN_TROUBLES, GardenTrouble, type GardenTroubleReason } from '../kubernetes/garden-shoots.ts';
import { withinSeconds } from '../kubernetes/within-seconds.ts';
import { putWatchState } from './state.ts';
import { type WatchReport, watchShoots } from './watch.ts';

/** What became of a look: what it found, or why it could not look. */
export type LookResult =
  | ({ readonly kind: 'watching' } & Omit<WatchReport, 'published'> & { readonly changes: number })
  | { readonly kind: 'trouble'; readonly reason: GardenTroubleReason; readonly message: string };

/** The line that the alert on a garden that cannot be watched is built on (`infra/gcp/metrics.tf`). */
const GARDEN_TROUBLE_LINE = 'the garden cannot be watched';

/**
 * Listing 5,000 Shoots takes some seconds; a garden that needs minutes is in trouble, and the next look has begun twice by then.
 * Well within the function's time-out and the acknowledgement deadline.
 */
const MOST_SECONDS = 150;

/**
 * Looks at the garden and puts on record how that ended. A garden in trouble is no error: the next minute brings the next look,
 * and a message that came again would only add to what it has to do. It stands in the log as one, for the alert.
 *
 * @throws what another delivery of the message may mend: store or bus gave no answer.
 */
export async function lookAtGarden(
  engine: Engine,
  connection: GardenConnection | undefined,
): Promise<LookResult> {
  try {
    if (connection === undefined) {
      throw new GardenTrouble(
        'NoAccess',
        'no environment variable says how the garden is reached (GARDEN_KUBECONFIG, GARDEN_KUBECONFIG_SECRET, GARDEN_URL)',
      );
    }
    const { shoots, published, gaveWay } = await withinSeconds(engine, MOST_SECONDS, async (signal) =>
      watchShoots(engine, await connection.open(signal), connection),
    );
    const changes = published.length;
    await putWatchState(engine.documents, { kind: 'watching', at: timestamp(engine.clock), shoots, changes });
    return { kind: 'watching', shoots, gaveWay, changes };
  } catch (error) {
    // A call that was cut short by the end of the instance says nothing about the garden.
    if (!(error instanceof GardenTrouble) || engine.shutdown.aborted) throw error;
    const { reason } = error;
    const message = describeError(error.message);
    engine.log.error({ reason, error: message }, GARDEN_TROUBLE_LINE);
    await putWatchState(engine.documents, {
      ...{ kind: 'trouble', at: timestamp(engine.clock), reason, message },
      meaning: GARDEN_TROUBLES[reason],
    });
    return { kind: 'trouble', reason, message };
  }
}

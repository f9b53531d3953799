import type { Clock } from '../../../../shared/clock.ts';
import { beginningOf, countedSince, startSurroundings, virtualClock } from '../../in-process/index.ts';
import { boundOf } from '../bound-of-case.ts';
import { callKinds } from '../call-kinds.ts';
import { LATENCY, NO_QUOTAS, QUOTAS } from '../conditions.ts';
import { type MeasuredFigures, REFERENCE, type Reference } from '../figures.ts';
import { lossOf } from '../loss.ts';
import { benchShoot } from '../shoot.ts';
import { gardenersOrder } from './order.ts';
import { RequestFailed, Requests } from './requests.ts';
import { scalingOf } from './scaling.ts';

/**
 * The reference retries for ever; here it is given up after so many attempts. The pause between two is not documented:
 * a minute lets the route controller create again what a failed attempt had deleted.
 */
const MOST_ATTEMPTS = 3;
const PAUSE_MS = 60_000;
const LONGEST_MS = 6 * 3_600_000;

/** The model of Gardener's order in the same surroundings as the product. */
export async function measureReference(
  strategy: Reference,
  nodes: number,
  seed: number,
): Promise<MeasuredFigures> {
  const quotas = strategy === REFERENCE ? QUOTAS : NO_QUOTAS;
  const local = benchShoot(nodes);
  const { shoot } = local;
  const clock = virtualClock(beginningOf(shoot));
  const world = await startSurroundings(local, nodes, clock, { seed, latency: LATENCY, quotas });
  const { compute, cluster } = world;
  const before = compute.calls().byMethod;
  const requests = new Requests(compute, clock);
  const scale = scalingOf(cluster);
  const order = {
    technicalId: shoot.technicalId,
    network: shoot.network,
    region: shoot.region,
    podsCidr: shoot.pods,
  };
  const { outcome, attempts } = await clock.until(
    untilGivenUp(() => gardenersOrder(order, requests, scale, clock), clock),
    LONGEST_MS,
  );
  const { firstCallAt = 0, lastCallEndedAt = 0 } = requests;
  const kinds = callKinds(countedSince(before, compute.calls().byMethod));
  const loss = await lossOf(compute.dataPlane, clock);
  const bound = boundOf(strategy, nodes, 1);
  await world.stop();
  return {
    nodes,
    strategy,
    seed,
    outcome,
    ...loss,
    mutationsPerNode: kinds.mutations / nodes,
    readsPerNode: kinds.reads / nodes,
    operationCallsPerNode: kinds.operationCalls / nodes,
    simulatedSeconds: (lastCallEndedAt - firstCallAt) / 1_000,
    withRolloutSeconds: null,
    lowerBoundSeconds: bound.seconds,
    soakSeconds: bound.soakSeconds,
    functionRuns: attempts.length,
    longestRunSeconds: Math.max(...attempts),
  };
}

/** Attempt after attempt until one comes through; says how that went and how many seconds each took. */
async function untilGivenUp(attempt: () => Promise<void>, clock: Clock) {
  const attempts: number[] = [];
  for (;;) {
    const startedAt = clock.now();
    const problem = await problemOf(attempt());
    attempts.push((clock.now() - startedAt) / 1_000);
    const count = attempts.length;
    if (problem === undefined) {
      // What an earlier attempt had deleted is forgotten, and its nodes get no alias (gardener-gcp-flow.md §2).
      return { outcome: count === 1 ? 'done' : `only at attempt ${count}`, attempts };
    }
    if (count === MOST_ATTEMPTS) return { outcome: `attempt ${count} failed: ${problem}`, attempts };
    await clock.sleep(PAUSE_MS);
  }
}

async function problemOf(attempt: Promise<void>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof RequestFailed) return error.summary;
    throw error;
  }
}

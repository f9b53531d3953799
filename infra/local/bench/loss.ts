import type { DataPlane } from '../gce/index.ts';
import type { VirtualClock } from '../in-process/index.ts';

/** Time for what was asked for last to take effect; who is not reached by then is lost until somebody acts. */
const AFTERMATH_MS = 600_000;

/**
 * What pod traffic lost. Lets time pass until every node is reached again, but no more than ten minutes: gaps that are
 * open then count up to there.
 */
export async function lossOf(dataPlane: DataPlane, clock: VirtualClock) {
  const end = clock.now() + AFTERMATH_MS;
  while (clock.now() < end && unreached(dataPlane) > 0) await clock.advance(1_000);
  const nodesLeftUnreached = unreached(dataPlane);
  return {
    lostNodeSeconds: dataPlane.lostNodeSeconds(),
    longestNodeGapSeconds: dataPlane.longestGapSeconds(),
    nodesLeftUnreached,
  };
}

function unreached(dataPlane: DataPlane): number {
  const nodes = dataPlane.liveNodes();
  return nodes.filter(({ instance, podCidr }) => !dataPlane.reaches(instance, podCidr).arrives).length;
}

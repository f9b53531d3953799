import type { Clock } from '../../../shared/clock.ts';
import type { Reachability } from '../../../shared/kubernetes/reachability.ts';
import type { DataPlane } from '../gce/index.ts';
import type { Random } from '../random.ts';

/** How long looking takes, in simulated milliseconds: estimates of what a DaemonSet of probes needs. */
const PREPARING_MS = 5_000;
export const LOOK_MS = { least: 700, most: 1_300 };

/**
 * The simulated network itself says which nodes' pods are reached; a look shows them as they are at its end. What was
 * prepared stands in the world, not in the instance that asked for it. Returns the port for an instance with its own clock.
 */
export function dataPlaneReachability(dataPlane: DataPlane, random: Random): (clock: Clock) => Reachability {
  let prepared = false;
  return (clock) => ({
    async prepare() {
      if (!prepared) await clock.sleep(PREPARING_MS);
      prepared = true;
    },
    async unreached(nodes) {
      await clock.sleep(LOOK_MS.least + (LOOK_MS.most - LOOK_MS.least) * random());
      return nodes.flatMap(({ name, podCidr }) => (dataPlane.reaches(name, podCidr).arrives ? [] : [name]));
    },
    async remove() {
      prepared = false;
    },
  });
}

import { unlessMissing } from '../../../unless-missing.ts';
import { ClusterObjectMissing, ClusterRefused } from '../../errors.ts';
import type { DualStackRanges, NetworkPluginState, Obstacle } from '../../network-plugin.ts';

/** One network plugin, as Gardener's chart installs it in `kube-system`. */
export interface ConfigurablePlugin {
  isInstalled(): Promise<boolean>;
  obstacles(): Promise<readonly Obstacle[]>;
  state(ranges: DualStackRanges): Promise<NetworkPluginState>;
  configure(ranges: DualStackRanges): Promise<void>;
}

export const namespace = 'kube-system';

export function isMissing(object: string): Obstacle {
  return { kind: 'configuration', message: `${object} does not exist` };
}

/** @throws ClusterRefused with the first obstacle. */
export function refuseObstacles(obstacles: readonly Obstacle[]): void {
  const [first] = obstacles;
  if (first !== undefined) throw new ClusterRefused('configure the network plugin', 'Invalid', first.message);
}

/** @returns undefined when the object does not exist. */
export function ifThere<Found>(read: Promise<Found>): Promise<Found | undefined> {
  return unlessMissing(read, ClusterObjectMissing);
}

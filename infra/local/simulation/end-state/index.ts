import type { InProcessWorld } from '../../in-process/index.ts';
import { sorted } from './canonical.ts';
import { cloudState } from './cloud.ts';
import { clusterState } from './cluster.ts';
import { migrationState } from './migration.ts';
import { Names } from './names.ts';

/**
 * The world as a run left it, as JSON in one form: without times, identifiers and fingerprints, and without what is different
 * in every run by chance (names and ranges of VMs that joined, IPv6 prefixes). So a run that crashed and went on has the same
 * end state as one that did not, and one that did something twice, or left something behind, has another.
 */
export async function endStateOf(world: InProcessWorld): Promise<unknown> {
  const names = new Names(world);
  return sorted({
    cloud: cloudState(world, names),
    cluster: clusterState(world, names),
    migration: await migrationState(world),
  });
}

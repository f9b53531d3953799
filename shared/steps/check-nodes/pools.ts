import type { ClusterNode } from '../../kubernetes/cluster.ts';
import type { WorkerPool } from '../../migration/worker-pool.ts';
import { listed } from '../listed.ts';
import { LOOK_AT_OWNER_SECONDS, type NodeScene, wait } from './scene.ts';

/** The worker pools that have single-stack nodes, by whether they are to be rolled from here. */
export interface Pools {
  /** Pools that are dual-stack already are not rolled again. */
  readonly toRoll: readonly WorkerPool[];
  /** Single-stack nodes of pools that the owner did not name, or that the Shoot does not have (any more). */
  readonly leftOut: readonly ClusterNode[];
}

export function poolsOf(scene: NodeScene, named: readonly string[] | undefined): Pools {
  const { singleStack, shoot } = scene;
  const wanted = shoot.workers.filter(({ name }) => named === undefined || named.includes(name));
  const names = new Set(wanted.map(({ name }) => name));
  const isWanted = ({ pool }: ClusterNode) => pool !== undefined && names.has(pool);
  return {
    toRoll: wanted.filter(({ name }) => singleStack.some(({ pool }) => pool === name)),
    leftOut: singleStack.filter((node) => !isWanted(node)),
  };
}

/** Only nodes are left that are not to be replaced from here. */
export function awaitLeftOut(scene: NodeScene, { leftOut }: Pools) {
  const pools = [...new Set(leftOut.map(({ pool }) => pool ?? 'no pool'))];
  return wait(
    scene,
    'PoolsLeftOut',
    LOOK_AT_OWNER_SECONDS,
    `nodes of ${listed(pools)} are left to the owner: the pool was left out, or is none of the Shoot’s`,
  );
}

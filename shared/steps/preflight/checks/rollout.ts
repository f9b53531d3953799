import { NODE_ROLLOUT } from '../../../migration/node-rollout.ts';
import { isInPlace } from '../../../migration/worker-pool.ts';
import { listed } from '../../listed.ts';
import { block, type Check, pass, warn } from './check.ts';

/** By the same reading as `check-nodes`, which would stop at it after the routes were moved. */
export const nodeRolloutIsPossible: Check = ({ facts: { shoot, rollout: asked } }) => {
  if (shoot === undefined) return undefined;
  const { rollout, workers } = asked;
  if (rollout.mode === 'invalid') {
    return block(
      'NodeRolloutNotUnderstood',
      `How the nodes are to be rolled cannot be understood: ${rollout.problems.join('; ')}.`,
      `Correct the Shoot’s annotation, or leave it out: then Gardener rolls the nodes.`,
    );
  }
  if (rollout.mode !== 'gardener') return pass(`the nodes are replaced by the mode ${rollout.mode}`);
  const named = workers.filter(({ name }) => rollout.pools === undefined || rollout.pools.includes(name));
  const inPlace = named.filter(isInPlace).map(({ name }) => name);
  if (inPlace.length === 0) return pass('Gardener rolls the nodes');
  return warn(
    'InPlacePool',
    `Gardener refuses to roll pools that are updated in place: ${listed(inPlace)}; check-nodes will stop there.`,
    `Say with the Shoot’s annotation ${NODE_ROLLOUT.mode} (drain, owner) who replaces these nodes, or with ${NODE_ROLLOUT.pools} that they are left out.`,
  );
};

import type { Reasons } from '../../migration/outcome.ts';

/** Why a step is not begun, or not gone on with, although nothing is wrong with it: somebody wants nothing to be changed. */
export const REASONS = {
  EmergencyStop:
    'Operators of the garden stopped all reconciliations on the shoot’s seed (shoot.gardener.cloud/emergency-stop-reconciliations).',
  ShootIgnored: 'The Shoot is to be left as it is (shoot.gardener.cloud/ignore).',
  ShootHibernated: 'The shoot sleeps or is waking up: it has no nodes, and its API server does not answer.',
  SeedNotReadable:
    'Whether reconciliations are stopped stands on the seed, and the garden does not let the functions read it.',
  ShootReplaced:
    'The Shoot was deleted, and another one has its name: the migration is of a cluster that is gone.',
} as const satisfies Reasons;

import { type RolloutView, rolloutViewSchema } from '../../shared/view/index.ts';

export const NOW = new Date().toISOString();

/** A rollout that runs, with some hundred shoots. */
export function exampleRollout(changes: Partial<RolloutView> = {}): RolloutView {
  return rolloutViewSchema.parse({
    at: NOW,
    state: 'running',
    since: NOW,
    policy: { canaries: ['garden-core/staging'], atOnce: 10, stopAfterBlocked: 1 },
    counts: { planning: 2, waiting: 480, refused: 3, in: 10, blocked: 0, done: 120, ledBack: 0 },
    canaries: [{ shoot: 'garden-core/staging', state: 'passed', migration: 'm-staging' }],
    accepted: [],
    in: [],
    next: [
      {
        place: 1,
        migration: 'm-next',
        shoot: 'garden-core/next',
        project: 'prod-network',
        canary: false,
        since: NOW,
        why: { reason: 'WaitsForRollout', message: 'place 1 of 480: 10 of 10 are under way' },
      },
    ],
    holds: [],
    events: [],
    ...changes,
  });
}

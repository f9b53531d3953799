import type { Reasons } from '../migration/outcome.ts';

/** Why a rollout has stopped, and why a shoot that waits for it is not let in yet. */
export const ROLLOUT_REASONS = {
  CanaryBlocked: 'A shoot that is to show that all goes well is blocked; nothing more is let in.',
  CanaryLedBack: 'A shoot that is to show that all goes well was led back to IPv4; nothing more is let in.',
  ShootsBlocked: 'As many shoots as the policy says are blocked since the rollout let them in.',
  StoppedByOperator: 'An operator said that nothing more is to be let in.',
  RolloutStopped: 'The rollout has stopped; nothing more is let in until somebody says that it goes on.',
  RolloutNotReadable: 'The stored rollout is damaged; nothing is let in until a policy is set anew.',
  EverythingPaused: 'Everything is paused, so nothing is let in.',
  WaitsForCanary: 'Nothing else is let in before every canary is dual-stack.',
  CanaryUnknown:
    'A shoot that the policy names as a canary has no migration: nobody asked for it to be dual-stack yet.',
  PlacesTaken: 'As many migrations are under way as the policy allows at once.',
  ProjectPlacesTaken: 'As many migrations are under way in its project as the policy allows at once.',
  NamespacePlacesTaken: 'As many migrations are under way in its namespace as the policy allows at once.',
  SeedPlacesTaken: 'As many migrations are under way on its seed as the policy allows at once.',
  GaveItsPlace:
    'It was let in and waited for something else before anything was begun, so its place went to another.',
  NextInLine: 'It is let in at the next look, within a minute.',
  ResumesInTurn: 'Everything was paused and goes on bit by bit, so many each minute.',
} as const satisfies Reasons;
export type RolloutReason = keyof typeof ROLLOUT_REASONS;

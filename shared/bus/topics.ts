import { STEP_NAMES, type StepName } from '../migration/steps.ts';

/** Topics beside those of the steps, each named like the function that listens to it. */
export const SHOOT_CHANGED = 'shoot-changed';
export const MAINTENANCE_TICK = 'maintenance-tick';
export const WATCH_SHOOTS = 'watch-shoots';
export const PAUSE = 'pause';
export const RESUME = 'resume';
export const ROLLOUT = 'rollout';
export const DEAD_LETTER = 'dead-letter';

export type Topic =
  | typeof SHOOT_CHANGED
  | typeof MAINTENANCE_TICK
  | typeof WATCH_SHOOTS
  | typeof PAUSE
  | typeof RESUME
  | typeof ROLLOUT
  | typeof DEAD_LETTER
  | StepName;

/** Every topic of the product; one function listens to each. */
export const TOPICS: readonly Topic[] = [
  SHOOT_CHANGED,
  MAINTENANCE_TICK,
  WATCH_SHOOTS,
  ...STEP_NAMES,
  PAUSE,
  RESUME,
  ROLLOUT,
  DEAD_LETTER,
];

/** The topic behind a subscription named as our infrastructure names them: `<topic>-push`, with a number if several. */
export function topicOfSubscription(subscription: string): string {
  return subscription.replace(/-push(-\d+)?$/, '');
}

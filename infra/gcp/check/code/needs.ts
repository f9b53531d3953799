import {
  MAINTENANCE_TICK,
  PAUSE,
  RESUME,
  SHOOT_CHANGED,
  type Topic,
  WATCH_SHOOTS,
} from '../../../../shared/bus/topics.ts';
import { isStepName, STEP_NAMES, type StepName } from '../../../../shared/migration/steps.ts';
import type { Settings } from '../../../../shared/runtime/settings.ts';

/** What some functions need and others do not. */
export type Need = 'every' | 'garden' | 'shoots' | 'operate';

/**
 * Who reads each environment variable. The type keeps this complete: a new variable of `settings.ts` does not compile before
 * it stands here.
 */
export const READ_BY: Readonly<Record<keyof Settings, Need | 'nobody in a deployment'>> = {
  GOOGLE_CLOUD_PROJECT: 'every',
  LOG_LEVEL: 'every',
  LEASE_SECONDS: 'every',
  RUN_SECONDS: 'every',
  GARDEN_URL: 'garden',
  GARDEN_AUDIENCE: 'garden',
  GARDEN_CA: 'garden',
  GARDEN_KUBECONFIG_SECRET: 'garden',
  WATCH_NAMESPACES: 'garden',
  WRITE_STATUS_CONSTRAINTS: 'garden',
  SHOOT_KUBECONFIG_SECRET: 'shoots',
  SEED_KUBECONFIG_SECRET: 'shoots',
  PLAN_ACCESS: 'shoots',
  PROBE_IMAGE: 'shoots',
  OPERATE_IAP_AUDIENCE: 'operate',
  OPERATE_AUDIENCE: 'operate',
  // Files are for machines that have some; a deployment has Secret Manager.
  SHOOT_KUBECONFIG: 'nobody in a deployment',
  GARDEN_KUBECONFIG: 'nobody in a deployment',
  SEED_KUBECONFIG: 'nobody in a deployment',
  // Another Compute Engine than Google's is for tests.
  COMPUTE_ENDPOINT: 'nobody in a deployment',
};

/** Functions that ask the garden beside the steps: one looks for changes, the other writes back how far migrations are. */
const ASKS_THE_GARDEN: readonly string[] = [WATCH_SHOOTS, MAINTENANCE_TICK];

/** The two that people ask over HTTP. One looks at what the steps look at, and does nothing. */
const STATUS = 'status';
const OPERATE = 'operate';

/** Whether a function needs it: steps look into shoots, and ask the garden for the way there. */
export function needs(name: string, need: Need): boolean {
  if (need === 'operate') return name === OPERATE;
  if (need === 'every' || isStepName(name) || name === STATUS) return true;
  return need === 'garden' && ASKS_THE_GARDEN.includes(name);
}

/** A function whose message may make it hold leases for minutes. */
export function runsAStep(name: string): name is StepName {
  return isStepName(name);
}

/** Who sends nudges beside the steps: intake, tick and resumption. A pause sends none, and dead letters are taken up silently. */
const NUDGERS: readonly Topic[] = [...STEP_NAMES, SHOOT_CHANGED, MAINTENANCE_TICK, RESUME];

/** Functions that publish on the topic: whatever is nudged is a step; changes of Shoots are found by the one that looks. */
export function publishersOn(topic: string): readonly string[] {
  // What operators ask for over HTTP becomes the messages that they could publish.
  if (isStepName(topic)) return [...NUDGERS, OPERATE];
  if (topic === PAUSE || topic === RESUME) return [OPERATE];
  return topic === SHOOT_CHANGED ? [WATCH_SHOOTS] : [];
}

/** Functions that the clock drives. */
export const CLOCK_DRIVEN: readonly Topic[] = [MAINTENANCE_TICK, WATCH_SHOOTS];

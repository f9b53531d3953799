import {
  MAINTENANCE_TICK,
  RESUME,
  ROLLOUT,
  SHOOT_CHANGED,
  type Topic,
  WATCH_SHOOTS,
} from '../../../../shared/bus/topics.ts';
import { PUBLISHED_TOPICS } from '../../../../shared/edge/operate/messages.ts';
import { isStepName, STEP_NAMES, type StepName } from '../../../../shared/migration/steps.ts';
import type { Settings } from '../../../../shared/runtime/settings.ts';

/**
 * What some functions need and others do not: `garden` and `shoots` is to reach them, for whatever; `garden work` and `shoots
 * work` what is done there.
 */
export type Need = 'every' | 'garden' | 'garden work' | 'shoots' | 'shoots work' | 'operate';

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
  WATCH_NAMESPACES: 'garden work',
  WRITE_STATUS_CONSTRAINTS: 'garden work',
  SHOOT_KUBECONFIG_SECRET: 'shoots',
  SEED_KUBECONFIG_SECRET: 'shoots work',
  PLAN_ACCESS: 'shoots',
  PROBE_IMAGE: 'shoots work',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'every',
  OTEL_RESOURCE_ATTRIBUTES: 'every',
  OPERATE_IAP_AUDIENCE: 'operate',
  OPERATE_AUDIENCE: 'operate',
  // Files are for machines that have some; a deployment has Secret Manager.
  SHOOT_KUBECONFIG: 'nobody in a deployment',
  GARDEN_KUBECONFIG: 'nobody in a deployment',
  SEED_KUBECONFIG: 'nobody in a deployment',
  // Another Compute Engine than Google's is for tests.
  COMPUTE_ENDPOINT: 'nobody in a deployment',
  // Of a collector of one's own; a deployment has one address for everything, and says who it is by its token.
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'nobody in a deployment',
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'nobody in a deployment',
  OTEL_EXPORTER_OTLP_HEADERS: 'nobody in a deployment',
  OTEL_EXPORTER_OTLP_TIMEOUT: 'nobody in a deployment',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'nobody in a deployment',
  OTEL_TRACES_EXPORTER: 'nobody in a deployment',
  OTEL_METRICS_EXPORTER: 'nobody in a deployment',
  OTEL_SERVICE_NAME: 'nobody in a deployment',
  OTEL_SDK_DISABLED: 'nobody in a deployment',
};

/** Functions that ask the garden beside the steps: one looks for changes, the other writes back how far migrations are. */
const ASKS_THE_GARDEN: readonly string[] = [WATCH_SHOOTS, MAINTENANCE_TICK];

/** Those that people ask over HTTP; they listen to no topic. The first looks at what the steps look at, and does nothing. */
export const STATUS = 'status';
const OPERATE = 'operate';
export const ASKED_BY_PEOPLE: readonly string[] = [STATUS, OPERATE];

/** Whether a function needs it: steps work in shoots, and ask the garden for the way there. */
export function needs(name: string, need: Need): boolean {
  switch (need) {
    case 'every':
      return true;
    case 'operate':
      return name === OPERATE;
    case 'garden':
    case 'shoots':
      return name === STATUS || needs(name, `${need} work`);
    case 'garden work':
      return isStepName(name) || ASKS_THE_GARDEN.includes(name);
    case 'shoots work':
      return isStepName(name);
  }
}

/** A function that listens to a topic: what it does with a message is traced and measured (`shared/edge/receive.ts`). */
export function tellsOfItsWork(name: string): boolean {
  return name !== STATUS && name !== OPERATE;
}

/** A function whose message may make it hold leases for minutes. */
export function runsAStep(name: string): name is StepName {
  return isStepName(name);
}

/** Who sends nudges beside the steps: intake, tick and resumption. A pause sends none, and dead letters are taken up silently. */
const NUDGERS: readonly Topic[] = [...STEP_NAMES, SHOOT_CHANGED, MAINTENANCE_TICK, RESUME];

/** What operators ask for over HTTP becomes the messages that they could publish. */
const ASKED_FOR: ReadonlySet<string> = new Set<Topic>([...PUBLISHED_TOPICS, ROLLOUT]);

/** Functions that publish on the topic: whatever is nudged is a step; changes of Shoots are found by the one that looks. */
export function publishersOn(topic: string): readonly string[] {
  return [
    ...(isStepName(topic) ? NUDGERS : []),
    ...(topic === SHOOT_CHANGED ? [WATCH_SHOOTS] : []),
    ...(ASKED_FOR.has(topic) ? [OPERATE] : []),
  ];
}

/** Functions that the clock drives. */
export const CLOCK_DRIVEN: readonly Topic[] = [MAINTENANCE_TICK, WATCH_SHOOTS];

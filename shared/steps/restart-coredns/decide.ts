import type { CoreDnsDeployment, CoreDnsPod } from '../../kubernetes/cluster.ts';
import type { Decision, Outcome } from '../../migration/outcome.ts';
import { outcomesFor } from '../outcomes.ts';
import { answersOverBoth, isSingleStack, livePods, notCounted, podsAndReasons } from './pods.ts';
import type { Reason } from './reasons.ts';

const { blocked } = outcomesFor<Reason>();

export interface CoreDnsFacts {
  /** Those that are gone included. */
  readonly pods: readonly CoreDnsPod[];
  readonly deployment: CoreDnsDeployment;
  /** The stamp of this migration's one restart, once it is decided. */
  readonly restartStamp: string | undefined;
}

export type CoreDnsAction = { readonly kind: 'restart' };

export const RESTART_STAMP = 'restart-coredns/restarted-at';

const LOOK_EVERY_SECONDS = 10;

/**
 * Done when every live pod is Ready with an address of each family, whoever brought that about. One restart per migration,
 * however often this is asked; Gardener stamps a new time in every reconciliation while one pod lacks an address
 * (`gardener-core-flow.md` §6.1), and a rollout that is under way is let come to its end.
 */
export function decideCoreDns(facts: CoreDnsFacts): Decision<CoreDnsAction> {
  const { pods, deployment } = facts;
  const live = livePods(pods);
  const lacking = live.filter((pod) => !answersOverBoth(pod));
  if (live.length > 0 && lacking.length === 0) {
    const summary = `all ${live.length} CoreDNS pods are ready with an address of each family`;
    return { kind: 'done', summary: `${summary}${notCounted(pods)}` };
  }
  const obstacle = obstacleIn(deployment, lacking);
  if (obstacle !== undefined) return obstacle;
  if (deployment.rolling) return waiting(facts, live, lacking);
  if (needsRestart(facts, live)) return { kind: 'act', action: { kind: 'restart' } };
  const singleStack = lacking.filter(isSingleStack);
  return singleStack.length > 0 ? stillSingleStack(singleStack) : waiting(facts, live, lacking);
}

/** What keeps any restart from coming to an end. */
function obstacleIn(deployment: CoreDnsDeployment, lacking: readonly CoreDnsPod[]): Outcome | undefined {
  const { replicas, paused, rolling, stuck } = deployment;
  if (replicas === 0 && lacking.length === 0) {
    return blocked(
      'CoreDnsScaledToZero',
      'The Deployment kube-system/coredns has no replicas, so nothing answers DNS.',
      'Scale it up (kubectl -n kube-system scale deployment coredns --replicas=2) or find out who scaled it down, then publish the step again.',
    );
  }
  if (paused && (rolling || lacking.some(isReplaceable))) {
    return blocked(
      'CoreDnsPaused',
      `The Deployment kube-system/coredns is paused, so a restart replaces no pod: ${podsAndReasons(lacking)}.`,
      'Find out who paused it, resume it (kubectl -n kube-system rollout resume deployment coredns), then publish the step again.',
    );
  }
  if (stuck === undefined) return undefined;
  return blocked(
    'CoreDnsRolloutStuck',
    `The rollout of CoreDNS makes no progress: ${stuck} ${podsAndReasons(lacking)}.`,
    'Clear away what keeps these pods from becoming ready; the old ones answer as long. Then publish the step again.',
  );
}

/**
 * A pod that came up after the restart had been decided shows what the network plugin gives out now: another restart would
 * give it the same. So it does not matter whose restart that was, or whether the stamp was taken off again.
 */
function needsRestart({ deployment, restartStamp }: CoreDnsFacts, live: readonly CoreDnsPod[]): boolean {
  const replaceable = live.filter(isReplaceable);
  if (restartStamp === undefined) return replaceable.length > 0;
  const decidedAt = wholeSeconds(restartStamp);
  if (deployment.restartedAt !== undefined && wholeSeconds(deployment.restartedAt) >= decidedAt) return false;
  return replaceable.some(({ createdAt }) => createdAt < decidedAt);
}

/** Single-stack, and a restart of the Deployment would put another pod in its place. */
function isReplaceable(pod: CoreDnsPod): boolean {
  return pod.ofDeployment && isSingleStack(pod);
}

/** Gardener's stamps and the API server's times know no fractions. */
function wholeSeconds(stamp: string): number {
  return Math.floor(Date.parse(stamp) / 1_000) * 1_000;
}

function stillSingleStack(pods: readonly CoreDnsPod[]): Outcome {
  const strangers = pods.filter(({ ofDeployment }) => !ofDeployment);
  const theirs =
    strangers.length === 0
      ? ''
      : ` Not of the Deployment coredns, and so never restarted from here: ${strangers.map(({ name }) => name).join(', ')}.`;
  return blocked(
    'CoreDnsStillSingleStack',
    `These CoreDNS pods have no address of each family: ${podsAndReasons(pods)}.${theirs}`,
    'Look at the network plugin’s pod on their nodes (has it started since it was configured for both families?), then delete these pods and publish the step again.',
  );
}

function waiting(facts: CoreDnsFacts, live: readonly CoreDnsPod[], lacking: readonly CoreDnsPod[]): Outcome {
  const names = live.length === 0 ? 'the first CoreDNS pod' : podsAndReasons(lacking);
  return {
    kind: 'waiting',
    reason: 'CoreDnsRollingOut' satisfies Reason,
    message: `waiting for ${names}${notCounted(facts.pods)}`,
    lookAgainAfterSeconds: LOOK_EVERY_SECONDS,
    progress: { done: live.length - lacking.length, total: live.length, unit: 'CoreDNS pods ready' },
  };
}

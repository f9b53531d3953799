import { selects } from '../../kubernetes/client/labels.ts';
import type { Selector } from '../objects/common.ts';
import type { NetworkPolicy } from '../objects/network-policies.ts';
import type { Pod } from '../objects/workloads.ts';
import { type Direction, directionsOf } from './rules-of.ts';

/** Policies that hold together for the same pods: what one of them lets through goes through (their rules add up). */
export interface Combination {
  readonly policies: readonly NetworkPolicy[];
  /** Pods for which exactly these hold; none for a policy that selects none at present. */
  readonly pods: readonly Pod[];
}

/**
 * Every combination of policies that one policy is part of, in one direction. Policies are of one namespace and never deny: a pod is
 * let through whatever any of those allows that select it (Kubernetes, "Network Policies", "The two sorts of pod isolation"). A
 * policy that selects no pod now is taken together with those that select whatever it would.
 */
export function combinationsOf(
  policy: NetworkPolicy,
  direction: Direction,
  policies: readonly NetworkPolicy[],
  pods: readonly Pod[],
): readonly Combination[] {
  const { namespace } = policy.metadata;
  const beside = policies.filter(
    (other) => other.metadata.namespace === namespace && directionsOf(other).includes(direction),
  );
  const selected = pods.filter((pod) => pod.metadata.namespace === namespace && doesSelect(policy, pod));
  if (selected.length === 0) {
    return [
      { policies: beside.filter((other) => other === policy || selectsAllOf(other, policy)), pods: [] },
    ];
  }
  const combinations = new Map<string, { policies: NetworkPolicy[]; pods: Pod[] }>();
  for (const pod of selected) {
    const holding = beside.filter((other) => doesSelect(other, pod));
    const key = holding.map(({ metadata }) => metadata.name).join(' ');
    const combination = combinations.get(key) ?? { policies: holding, pods: [] };
    combination.pods.push(pod);
    combinations.set(key, combination);
  }
  return [...combinations.values()];
}

/** Whether a policy isolates the pod in this direction. Pods of the node's own network are not isolated by any. */
export function isolates(policy: NetworkPolicy, pod: Pod, direction: Direction): boolean {
  return (
    policy.metadata.namespace === pod.metadata.namespace &&
    directionsOf(policy).includes(direction) &&
    doesSelect(policy, pod)
  );
}

function doesSelect({ spec }: NetworkPolicy, pod: Pod): boolean {
  if (pod.spec.hostNetwork) return false;
  return selects(plainSelector(spec.podSelector), pod.metadata.labels);
}

function plainSelector(selector: Selector | null | undefined) {
  const { matchLabels, matchExpressions } = selector ?? {};
  return {
    ...(matchLabels && { matchLabels }),
    ...(matchExpressions && {
      matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
        key,
        operator,
        ...(values && { values }),
      })),
    }),
  };
}

/** Certainly: it selects every pod, or by the same words. */
function selectsAllOf(other: NetworkPolicy, policy: NetworkPolicy): boolean {
  const [theirs, ours] = [other, policy].map(({ spec }) => JSON.stringify(plainSelector(spec.podSelector)));
  return theirs === '{}' || theirs === ours || theirs === '{"matchLabels":{}}';
}

import { selects } from '../../kubernetes/client/labels.ts';
import type { Facts } from '../facts.ts';
import type { Selector } from '../objects/common.ts';
import type { NetworkPolicy } from '../objects/network-policies.ts';
import type { Pod } from '../objects/workloads.ts';
import { type Direction, directionsOf, type PolicyRule, rulesOf } from './rules-of.ts';

/** Policies that hold together for the same pods: what one of them lets through goes through (their rules add up). */
type Combination = readonly NetworkPolicy[];

/**
 * Every combination of policies that one policy is part of, in one direction. Policies are of one namespace and never deny: a pod
 * is let through whatever any of those allows that select it (Kubernetes, "Network Policies", "The two sorts of pod isolation").
 * A policy that selects no pod now is taken together with those that select whatever it would.
 */
function combinationsOf(
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
    return [beside.filter((other) => other === policy || selectsAllOf(other, policy))];
  }
  const combinations = new Map<string, Combination>();
  for (const pod of selected) {
    const holding = beside.filter((other) => doesSelect(other, pod));
    const key = holding.map(({ metadata }) => metadata.name).join(' ');
    combinations.set(key, holding);
  }
  return [...combinations.values()];
}

/** The rules that hold together with those of the policy, for each of its combinations. */
export function rulesTogether(
  policy: NetworkPolicy,
  direction: Direction,
  { networkPolicies = [], pods = [] }: Pick<Facts, 'networkPolicies' | 'pods'>,
): readonly (readonly PolicyRule[])[] {
  return combinationsOf(policy, direction, networkPolicies, pods).map((policies) =>
    policies.flatMap((each) => rulesOf(each, direction)),
  );
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

import { type Facts, hands, whoseIs } from '../facts.ts';
import type { NetworkPolicy } from '../objects/network-policies.ts';
import { counterpartsOf, type Meaning, meaningOf } from '../policies/blocks.ts';
import { rulesTogether } from '../policies/combinations.ts';
import { covers, portsInWords } from '../policies/ports.ts';
import {
  type Direction,
  directionsOf,
  fieldOf,
  objectOf,
  type PolicyRule,
  rulesOf,
  sideOf,
} from '../policies/rules-of.ts';
import type { Finding, Manifest, Severity } from '../report/schema.ts';
import { someOf } from '../workloads.ts';
import type { Rule } from './rule.ts';

/** Without a written list of its networks a cluster's ranges are those of its nodes, one by one. */
const MOST_RANGES = 8;

/** A rule that lets IPv4 through where nothing lets IPv6 through. */
interface BlindRule extends PolicyRule {
  readonly direction: Direction;
  readonly meaning: Meaning;
}

export const networkPolicyBlocksIpv6: Rule = {
  title: 'What NetworkPolicies let through over IPv4 they let through over IPv6.',
  needs: ['networkPolicies', 'pods'],
  look: (facts) => (facts.networkPolicies ?? []).flatMap((policy) => findingOf(policy, facts)),
};

function findingOf(policy: NetworkPolicy, facts: Facts): Omit<Finding, 'rule'>[] {
  const blind = directionsOf(policy).flatMap((direction) => blindRules(policy, direction, facts));
  if (blind.length === 0) return [];
  const whose = whoseIs(policy.metadata, facts);
  const manifest = whose === 'owner' ? manifestFor(policy, blind) : undefined;
  return [
    {
      severity: severityOf(blind),
      aim: 'dual-stack',
      whose,
      object: objectOf(policy),
      what: `It blocks IPv6 silently: ${blind.map(inWords).join('; ')}.`,
      why: `An ipBlock knows one family, and pods that a policy selects get nothing that no rule allows. Peers that resolve a name to both families try IPv6 first and are dropped without an answer.${onCilium(facts, blind)}`,
      todo: hands(whose, blind.map((rule) => adviceFor(rule, facts)).join(' ')),
      source: 'Kubernetes, "Network Policies" (ipBlock, isolation per direction); peers.md §2.7',
      ...(manifest && { manifest }),
    },
  ];
}

function blindRules(policy: NetworkPolicy, direction: Direction, facts: Facts): BlindRule[] {
  const candidates = rulesOf(policy, direction).filter(
    ({ everybody, ipv4, ipv6 }) => !everybody && ipv4.length > 0 && ipv6.length === 0,
  );
  if (candidates.length === 0) return [];
  const combinations = rulesTogether(policy, direction, facts);
  return candidates.flatMap((rule) => {
    const meaning = meaningOf(rule.ipv4, facts.ranges);
    if (meaning === 'this node') return [];
    const isSeeing = (other: PolicyRule) =>
      (other.everybody || other.ipv6.length > 0) && covers(other.ports, rule.ports);
    const isBlind = combinations.some((rules) => !rules.some(isSeeing));
    return isBlind ? [{ ...rule, direction, meaning }] : [];
  });
}

function severityOf(blind: readonly BlindRule[]): Severity {
  return blind.every(({ meaning }) => meaning === 'hosts') ? 'notice' : 'warning';
}

function inWords(rule: BlindRule): string {
  const ranges = rule.ipv4.map(({ range, except }) =>
    except.length === 0 ? range : `${range} except ${except.join(', ')}`,
  );
  return `${fieldOf(rule)} lets through ${portsInWords(rule.ports)} ${sideOf(rule.direction)} ${ranges.join(' and ')} and nothing of IPv6`;
}

function adviceFor(rule: BlindRule, { ranges }: Facts): string {
  const { meaning } = rule;
  const field = fieldOf(rule);
  const list = sideOf(rule.direction);
  if (meaning === 'anybody') {
    return `Add ::/0 beside 0.0.0.0/0 in ${field}.${list}${rule.direction === 'Ingress' ? '; who reaches the pods from outside is then decided by the firewall, since IPv6 has no NAT in front' : ''}.`;
  }
  if (meaning === 'anybody but') {
    const except = counterpartsOf(
      rule.ipv4.flatMap((block) => block.except),
      ranges,
    );
    const known =
      except.length > 0
        ? ` As far as it can be told from here these are ${someOf(except, MOST_RANGES)}.`
        : '';
    return `Do not just add ::/0 in ${field}: its exceptions are a denial, and over IPv6 nothing would be excepted. Add ::/0 with the IPv6 counterparts of the exceptions.${known} Which hosts are meant only you know, so no manifest is suggested.`;
  }
  if (meaning === 'cluster' && ranges.ipv6.length > 0) {
    return `If ${field} means this cluster's nodes or pods, add ${someOf(ranges.ipv6, MOST_RANGES)} beside it, or better select them by podSelector and namespaceSelector, which know both families.`;
  }
  return `Add the IPv6 ranges of the same hosts in ${field}.${list}, if they have any and are to be reached by them.`;
}

/** Cilium took 0.0.0.0/0 for the whole world, IPv6 included, until it told the two apart. */
function onCilium({ networkPlugin }: Facts, blind: readonly BlindRule[]): string {
  if (networkPlugin !== 'cilium' || !blind.some(({ meaning }) => meaning === 'anybody')) return '';
  return ' (This cluster runs Cilium: versions with cilium#22610 let IPv6 through where 0.0.0.0/0 is allowed, so there it is open until an update closes it.)';
}

/** The whole spec, as lists are replaced as one, for exactly the version that was looked at. */
function manifestFor({ metadata, spec }: NetworkPolicy, blind: readonly BlindRule[]): Manifest | undefined {
  const open = blind.filter(({ meaning }) => meaning === 'anybody');
  if (open.length === 0) return undefined;
  const everywhere = { ipBlock: { cidr: '::/0' } };
  const isOpen = (direction: Direction, place: number) =>
    open.some((rule) => rule.direction === direction && rule.index === place);
  const ingress = spec.ingress?.map((rule, place) =>
    isOpen('Ingress', place) ? { ...rule, from: [...(rule.from ?? []), everywhere] } : rule,
  );
  const egress = spec.egress?.map((rule, place) =>
    isOpen('Egress', place) ? { ...rule, to: [...(rule.to ?? []), everywhere] } : rule,
  );
  const { namespace, name, resourceVersion } = metadata;
  return {
    how: 'patch',
    document: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace, name, resourceVersion },
      spec: { ...spec, ...(ingress && { ingress }), ...(egress && { egress }) },
    },
  };
}

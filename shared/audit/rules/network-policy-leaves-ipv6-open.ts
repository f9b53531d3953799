import { type Facts, hands, whoseIs } from '../facts.ts';
import type { NetworkPolicy } from '../objects/network-policies.ts';
import { counterpartsOf, holes, isWide, leftOpen } from '../policies/blocks.ts';
import { rulesTogether } from '../policies/combinations.ts';
import { covers, meet } from '../policies/ports.ts';
import {
  type Block,
  type Direction,
  directionsOf,
  fieldOf,
  objectOf,
  type PolicyRule,
  rulesOf,
  sideOf,
} from '../policies/rules-of.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** An IPv6 range that goes where the same policies keep IPv4 out. */
interface Opening {
  readonly direction: Direction;
  readonly index: number;
  readonly block: Block;
  /** What IPv4 does not reach. */
  readonly closed: readonly string[];
  /** What to except, as far as it is known. */
  readonly except: readonly string[];
}

export const networkPolicyLeavesIpv6Open: Rule = {
  title: 'What NetworkPolicies except over IPv4 they except over IPv6.',
  needs: ['networkPolicies', 'pods'],
  look: (facts) => (facts.networkPolicies ?? []).flatMap((policy) => findingOf(policy, facts)),
};

function findingOf(policy: NetworkPolicy, facts: Facts): Omit<Finding, 'rule'>[] {
  const openings = directionsOf(policy).flatMap((direction) => openingsOf(policy, direction, facts));
  if (openings.length === 0) return [];
  const whose = whoseIs(policy.metadata, facts);
  return [
    {
      severity: openings.some(isSerious) ? 'critical' : 'warning',
      aim: 'dual-stack',
      whose,
      object: objectOf(policy),
      what: `It leaves IPv6 open: ${openings.map(inWords).join('; ')}.`,
      why: 'The exceptions are there to keep something out, and over IPv6 they do not hold: nodes, pods and what else is excepted by its IPv4 range are reached by their IPv6 addresses.',
      todo: hands(whose, openings.map(adviceFor).join(' ')),
      source: 'Kubernetes, "Network Policies" (ipBlock.except is of the block\'s family); peers.md §2.7',
    },
  ];
}

function openingsOf(policy: NetworkPolicy, direction: Direction, facts: Facts): Opening[] {
  const wide = rulesOf(policy, direction).flatMap((rule) =>
    rule.ipv6.filter(isWide).map((block) => ({ rule, block })),
  );
  if (wide.length === 0) return [];
  const combinations = rulesTogether(policy, direction, facts);
  return wide.flatMap(({ rule, block }): Opening[] => {
    const closed = [...new Set(combinations.flatMap((rules) => closedToIpv4(rules, rule)))];
    const except = counterpartsOf(closed, facts.ranges);
    const isOpen =
      block.except.length === 0
        ? closed.length > 0
        : leftOpen(block, facts.ranges).some((own) => except.includes(own));
    return isOpen ? [{ direction, index: rule.index, block, closed, except }] : [];
  });
}

/** Exceptions of IPv4 on the ports of this rule that no other rule of the combination lets through after all. */
function closedToIpv4(rules: readonly PolicyRule[], rule: PolicyRule): string[] {
  const blocks = rules
    .filter(({ ports }) => meet(ports, rule.ports))
    .flatMap(({ ipv4 }) => ipv4.filter(({ except }) => except.length > 0));
  if (rules.some(({ everybody, ports }) => everybody && covers(ports, rule.ports))) return [];
  const others = rules.filter(({ ports }) => covers(ports, rule.ports)).flatMap(({ ipv4 }) => ipv4);
  return blocks.flatMap((block) =>
    holes(
      block,
      others.filter((other) => other !== block),
    ),
  );
}

/** Not only the node's own link-local addresses, such as the metadata server's: those a pod hardly reaches over IPv6. */
function isSerious({ except }: Opening): boolean {
  return except.some((range) => range !== 'fe80::/10') || except.length === 0;
}

function inWords({ direction, index, block, closed }: Opening): string {
  const side = sideOf(direction);
  const excepted = block.except.length === 0 ? 'no exceptions' : `the exceptions ${block.except.join(', ')}`;
  return `${fieldOf({ direction, index })} lets through ${side} ${block.range} with ${excepted}, while IPv4 is not let through ${side} ${closed.join(', ')}`;
}

function adviceFor({ direction, index, block, except }: Opening): string {
  const field = fieldOf({ direction, index });
  const known =
    except.length > 0
      ? `As far as it can be told from here: ipBlock: {cidr: "${block.range}", except: ${JSON.stringify([...new Set([...block.except, ...except])])}}.`
      : 'Which these are cannot be told from here.';
  return `Except the IPv6 counterparts in ${field}. ${known} Check the list against what the IPv4 exceptions are meant for; no manifest is suggested, because only you know that.`;
}

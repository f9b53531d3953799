import { type Cidr, contains, overlap } from '../../migration/cidr.ts';
import { isAnybody, rangesOf } from '../addresses.ts';
import type { VpcFirewallRule } from '../firewall.ts';

/** A rule that lets anybody on the Internet in over IPv6, with what of it is in force. */
export interface OpenRule {
  readonly rule: VpcFirewallRule;
  readonly protocols: VpcFirewallRule['protocols'];
}

/** Ingress rules that let anybody in over IPv6 and that no denial of higher precedence undoes. */
export function openRules(
  rules: readonly VpcFirewallRule[],
  destinations: readonly Cidr[],
): readonly OpenRule[] {
  const inForce = rules.filter(({ direction, disabled }) => direction === 'INGRESS' && !disabled);
  const denials = inForce.filter(({ action }) => action === 'deny');
  return inForce
    .filter(({ action, sources }) => action === 'allow' && sources.some(isAnybody))
    .filter((rule) => leadsTo(rule, destinations))
    .flatMap((rule) => {
      const protocols = rule.protocols.filter(
        (protocol) => !denials.some((denial) => undoes(denial, rule, protocol)),
      );
      return protocols.length === 0 ? [] : [{ rule, protocols }];
    });
}

/** Rules for a load balancer name its address as their destination: those let nobody in to the nodes' own. */
function leadsTo({ destinations }: VpcFirewallRule, own: readonly Cidr[]): boolean {
  if (destinations.length === 0) return true;
  return rangesOf(destinations, 'IPv6').some((range) => own.some((each) => overlap(range, each)));
}

/** The lower number wins, and of two alike the denial (Google Cloud, "VPC firewall rules", Priority). */
function undoes(
  denial: VpcFirewallRule,
  rule: VpcFirewallRule,
  protocol: VpcFirewallRule['protocols'][number],
): boolean {
  const isFirst = denial.priority <= rule.priority;
  const isForAll =
    denial.targets.length === 0 || rule.targets.some((target) => denial.targets.includes(target));
  const denied = rangesOf(denial.sources, 'IPv6');
  const fromAll = rangesOf(rule.sources, 'IPv6').every((source) =>
    denied.some((range) => contains(range, source)),
  );
  const toAll =
    denial.destinations.length === 0 ||
    (rule.destinations.length > 0 &&
      rangesOf(rule.destinations, 'IPv6').every((to) =>
        rangesOf(denial.destinations, 'IPv6').some((range) => contains(range, to)),
      ));
  const everyPort = denial.protocols.some(
    (other) =>
      other.protocol === 'all' ||
      (other.protocol === protocol.protocol &&
        (other.ports.length === 0 ||
          (protocol.ports.length > 0 && protocol.ports.every((port) => isWithin(port, other.ports))))),
  );
  return isFirst && isForAll && fromAll && toAll && everyPort;
}

function isWithin(port: string, ranges: readonly string[]): boolean {
  const [first, last] = spanOf(port);
  return ranges.some((range) => {
    const [from, to] = spanOf(range);
    return from <= first && last <= to;
  });
}

function spanOf(port: string): readonly [number, number] {
  const [first = '', last = first] = port.split('-');
  return [Number(first), Number(last)];
}

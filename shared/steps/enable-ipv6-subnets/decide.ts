import type { FirewallRule, Subnet } from '../../compute/compute.ts';
import type { Decision, Outcome } from '../../migration/outcome.ts';
import { internalSubnetName, nodesSubnetName, servicesSubnetName } from '../infrastructure-names.ts';
import { outcomesFor } from '../outcomes.ts';
import { ipv6FirewallRules, sameRule } from './firewall.ts';
import type { SubnetFacts } from './gather.ts';
import type { REASONS } from './reasons.ts';

const { blocked } = outcomesFor<keyof typeof REASONS>();

export type SubnetAction =
  | { readonly kind: 'create services subnet' }
  | { readonly kind: 'enable IPv6'; readonly subnet: string }
  | { readonly kind: 'put firewall rules'; readonly rules: readonly FirewallRule[] };

/** A prefix that did not show within the act that asked for it. */
const PREFIX_POLL_SECONDS = 10;

/**
 * The services and internal subnets get external IPv6 first: what an organisation's policy forbids shows here, before a
 * route is touched. The nodes subnet must stay IPv4-only while routes and ranges overlap on it, so it follows at the
 * end of `migrate-routes` (`make-before-break.md` §2.8).
 */
export function decideServicesAndInternal(facts: SubnetFacts): Decision<SubnetAction> {
  const obstacle = obstacleIn(facts);
  if (obstacle !== undefined) return obstacle;
  const { services, internal, target } = facts;
  if (services === undefined) return { kind: 'act', action: { kind: 'create services subnet' } };
  const subnets = internal === undefined ? [services] : [services, internal];
  return (
    ipv6Missing(subnets) ??
    firewallMissing(facts) ?? {
      kind: 'done',
      summary: `${subnets.map(({ name, ipv6Range }) => `${name} has ${ipv6Range}`).join(', ')}; IPv6 firewall rules of ${target.technicalId} are in place`,
    }
  );
}

/** The nodes subnet's turn: dual-stack, its /64 shown, the firewall rules extended by it. Undefined when all is so. */
export function decideNodesSubnet(facts: SubnetFacts): Decision<SubnetAction> | undefined {
  if (facts.nodes === undefined) return obstacleIn(facts);
  return ipv6Missing([facts.nodes]) ?? firewallMissing(facts);
}

function ipv6Missing(subnets: readonly Subnet[]): Decision<SubnetAction> | undefined {
  const singleStack = subnets.find(({ stackType }) => stackType !== 'IPV4_IPV6');
  if (singleStack !== undefined) {
    return { kind: 'act', action: { kind: 'enable IPv6', subnet: singleStack.name } };
  }
  const withoutRange = subnets.filter(({ ipv6Range }) => ipv6Range === undefined);
  if (withoutRange.length === 0) return undefined;
  return {
    kind: 'waiting',
    reason: 'Ipv6RangeNotYetShown' satisfies keyof typeof REASONS,
    message: `waiting for the IPv6 range of ${withoutRange.map(({ name }) => name).join(', ')}`,
    lookAgainAfterSeconds: PREFIX_POLL_SECONDS,
  };
}

function firewallMissing(facts: SubnetFacts): Decision<SubnetAction> | undefined {
  const ranges = [facts.nodes, facts.services].flatMap((subnet) => subnet?.ipv6Range ?? []);
  const rules = ipv6FirewallRules(facts.target, ranges).filter(
    (wanted) =>
      !sameRule(
        wanted,
        facts.firewallRules.find(({ name }) => name === wanted.name),
      ),
  );
  return rules.length === 0 ? undefined : { kind: 'act', action: { kind: 'put firewall rules', rules } };
}

function obstacleIn({ network, nodes, services, target }: SubnetFacts): Outcome | undefined {
  if (network === undefined) {
    return blocked(
      'NetworkMissing',
      `The network ${target.network} does not exist in ${target.project}.`,
      'Check project and infrastructureConfig.networks.vpc of the shoot.',
    );
  }
  if (network.autoMode) {
    return blocked(
      'NetworkInAutoMode',
      `The network ${network.name} is in auto mode, which has no IPv6 subnets.`,
      'Switch it to custom mode (gcloud compute networks update --switch-to-custom-subnet-mode).',
    );
  }
  if (nodes === undefined) {
    return blocked(
      'NodesSubnetMissing',
      `The subnet ${nodesSubnetName(target)} does not exist in ${target.region}.`,
      "Check region and technical ID of the shoot; nodes in an owner's own subnet are not supported.",
    );
  }
  if (services !== undefined && (services.network !== target.network || services.range !== target.services)) {
    return blocked(
      'SubnetInTheWay',
      `The subnet ${servicesSubnetName(target)} has the range ${services.range} in ${services.network}, expected ${target.services} in ${target.network}.`,
      `Rename or remove it; it is not the one that belongs beside ${internalSubnetName(target)}.`,
    );
  }
  return undefined;
}

import type { FirewallRule, Network, Subnet } from '../../compute/compute.ts';
import { ResourceNotFound } from '../../compute/errors.ts';
import type { StepRun } from '../../engine/step.ts';
import type { Target } from '../../migration/migration.ts';
import { internalSubnetName, nodesSubnetName, servicesSubnetName } from '../infrastructure-names.ts';
import { ipv6FirewallRules } from './firewall.ts';

/** The shoot's subnets and the firewall rules for their IPv6 ranges, as they are now. */
export interface SubnetFacts {
  readonly target: Target;
  readonly network: Network | undefined;
  readonly nodes: Subnet | undefined;
  /** Only shoots with internal load balancers have one. */
  readonly internal: Subnet | undefined;
  readonly services: Subnet | undefined;
  readonly firewallRules: readonly FirewallRule[];
}

/** Reads network, subnets and rules: six calls, whatever the cluster's size. */
export async function gatherSubnets({ migration, ports }: StepRun): Promise<SubnetFacts> {
  const { target } = migration;
  const { compute } = ports;
  const [network, nodes, internal, services, ...rules] = await Promise.all([
    networkIfThere(compute.network(target.network)),
    compute.subnet(nodesSubnetName(target)),
    compute.subnet(internalSubnetName(target)),
    compute.subnet(servicesSubnetName(target)),
    ...ipv6FirewallRules(target, []).map(({ name }) => compute.firewallRule(name)),
  ]);
  return {
    target,
    network,
    nodes,
    internal,
    services,
    firewallRules: rules.filter((rule) => rule !== undefined),
  };
}

async function networkIfThere(network: Promise<Network>): Promise<Network | undefined> {
  try {
    return await network;
  } catch (error) {
    if (error instanceof ResourceNotFound) return undefined;
    throw error;
  }
}

import type { StepRun } from '../../engine/step.ts';
import { servicesSubnetName } from '../infrastructure-names.ts';
import type { SubnetAction } from './decide.ts';

/** Brings about one action; each may be repeated. */
export async function actOnSubnets(action: SubnetAction, { migration, ports }: StepRun): Promise<void> {
  const { target } = migration;
  switch (action.kind) {
    case 'create services subnet':
      await ports.compute.createDualStackSubnet({
        name: servicesSubnetName(target),
        network: target.network,
        range: target.services,
      });
      return;
    case 'enable IPv6':
      await ports.compute.enableExternalIpv6(action.subnet);
      return;
    case 'put firewall rules':
      for (const rule of action.rules) await ports.compute.putFirewallRule(rule);
      return;
  }
}

export function describeSubnetAction(action: SubnetAction): string {
  switch (action.kind) {
    case 'create services subnet':
      return 'created the dual-stack services subnet';
    case 'enable IPv6':
      return `enabled external IPv6 on ${action.subnet}`;
    case 'put firewall rules':
      return `put the firewall rules ${action.rules.map(({ name }) => name).join(', ')}`;
  }
}

import type { StepRun } from '../../engine/step.ts';
import { servicesSubnetName } from '../infrastructure-names.ts';
import type { SubnetAction } from './decide.ts';

/** Brings about one action; each may be repeated. */
export async function actOnSubnets(action: SubnetAction, run: StepRun): Promise<void> {
  const { migration, ports } = run;
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
      await awaitRange(action.subnet, run);
      return;
    case 'put firewall rules':
      for (const rule of action.rules) await ports.compute.putFirewallRule(rule);
      return;
  }
}

/** Compute Engine shows a new prefix within half a minute (provider-gcp polls every 2 s, 30 s long). */
const PREFIX_SECONDS = 30;
const PREFIX_POLL_SECONDS = 2;

/** Asks for this one subnet while nothing else is to be known; past half a minute the step itself waits on. */
async function awaitRange(name: string, { ports, clock, signal }: StepRun): Promise<void> {
  const until = clock.now() + PREFIX_SECONDS * 1000;
  while (clock.now() < until) {
    const subnet = await ports.compute.subnet(name);
    if (subnet === undefined || subnet.ipv6Range !== undefined) return;
    await clock.sleep(PREFIX_POLL_SECONDS * 1000, signal);
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

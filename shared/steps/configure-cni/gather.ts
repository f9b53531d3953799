import type { StepRun } from '../../engine/step.ts';
import type { DualStackRanges, NetworkPlugin } from '../../kubernetes/network-plugin.ts';
import { readCidr } from '../../migration/cidr.ts';
import { nodesSubnetName } from '../infrastructure-names.ts';
import { type CniFacts, RECONCILE_ASKED_AT } from './decide.ts';
import { pluginOf } from './installed.ts';
import { WRITES } from './writes.ts';

/** The nodes are read last: what is decided is written at once, and none may have joined single-stack by then. */
export async function gatherCni({ migration, ports, clock }: StepRun): Promise<CniFacts> {
  const { compute, cluster, garden } = ports;
  const [subnet, acceptsDualStackServices, gardenState, installed] = await Promise.all([
    compute.subnet(nodesSubnetName(migration.target)),
    cluster.acceptsDualStackServices(),
    garden.state(),
    cluster.networkPlugin.installed(),
  ]);
  // Pods get a part of their node's /96, so their range is the nodes subnet's (provider-gcp, infrastructure status).
  const range = readCidr(subnet?.ipv6Range, 'IPv6');
  const ranges = range === undefined ? undefined : { podsIpv6: range, nodesIpv6: range };
  const { networkType } = migration.target;
  const plugin = await gatherPlugin(cluster.networkPlugin, { networkType, installed }, ranges);
  return {
    now: clock.now(),
    nodes: await cluster.nodes(),
    acceptsDualStackServices,
    garden: gardenState,
    reconcileAskedAt: migration.marks[RECONCILE_ASKED_AT],
    writes: migration.marks[WRITES],
    networkType,
    installed,
    ranges,
    plugin,
    controllerHeld: await ports.managerHold?.isHeld(),
  };
}

async function gatherPlugin(
  networkPlugin: NetworkPlugin,
  found: Pick<CniFacts, 'networkType' | 'installed'>,
  ranges: DualStackRanges | undefined,
): Promise<CniFacts['plugin']> {
  const name = pluginOf(found);
  if (name === undefined || ranges === undefined) return undefined;
  return { name, state: await networkPlugin.state(name, ranges) };
}

import { z } from 'zod';
import type { StepRun } from '../../engine/step.ts';
import type { CoreDnsPod, KubeDnsService, NodeLocalDns } from '../../kubernetes/cluster.ts';
import { type Cidr, readCidr } from '../../migration/cidr.ts';
import { servicesIpv6Range, servicesSubnetName } from '../infrastructure-names.ts';
import { SWITCHED_AT } from './switched.ts';

export interface KubeDnsFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The mark {@link SWITCHED_AT}. */
  readonly switchedAt: string | undefined;
  readonly service: KubeDnsService;
  readonly pods: readonly CoreDnsPod[];
  /** The Services' IPv6 range and who says so; undefined while nobody does. */
  readonly servicesIpv6: ServicesRange | undefined;
  /** Asked only while the Service is still to be switched. */
  readonly acceptsDualStackServices: boolean | undefined;
  readonly nodeLocalDns: Awaited<ReturnType<NodeLocalDns['state']>>;
}

export interface ServicesRange {
  readonly range: Cidr;
  readonly source: 'the Shoot’s status.networking.services' | 'the services subnet';
}

export async function gatherKubeDns({
  migration,
  ports,
  clock,
}: Pick<StepRun, 'migration' | 'ports' | 'clock'>): Promise<KubeDnsFacts> {
  const { cluster, compute, garden } = ports;
  const [service, pods, subnet, shoot, nodeLocalDns] = await Promise.all([
    cluster.kubeDns.state(),
    cluster.coreDns.pods(),
    compute.subnet(servicesSubnetName(migration.target)),
    garden.shoot(),
    cluster.nodeLocalDns.state(),
  ]);
  const isDual = service.clusterIps.length > 1;
  return {
    now: clock.now(),
    switchedAt: migration.marks[SWITCHED_AT],
    service,
    pods,
    servicesIpv6: rangeInStatus(shoot) ?? rangeOfSubnet(subnet?.ipv6Range),
    acceptsDualStackServices: isDual ? undefined : await cluster.acceptsDualStackServices(),
    nodeLocalDns,
  };
}

const shootSchema = z.object({
  status: z.object({ networking: z.object({ services: z.array(z.string()) }) }),
});

/** Gardener pins the address within what it has written here, from the infrastructure's status (gardener-core-flow.md §1.6). */
function rangeInStatus(shoot: unknown): ServicesRange | undefined {
  const parsed = shootSchema.safeParse(shoot);
  const services = parsed.success ? parsed.data.status.networking.services : [];
  const range = services.map((text) => readCidr(text, 'IPv6')).find((cidr) => cidr !== undefined);
  return range === undefined ? undefined : { range, source: 'the Shoot’s status.networking.services' };
}

function rangeOfSubnet(prefix: string | undefined): ServicesRange | undefined {
  return prefix === undefined
    ? undefined
    : { range: servicesIpv6Range(prefix), source: 'the services subnet' };
}

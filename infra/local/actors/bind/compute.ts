import { z } from 'zod';
import type { ComputeEvent, ComputeInProcess, Instance, Subnetwork } from '../../gce/index.ts';
import { ComputeError } from '../../gce/index.ts';
import { nodesSubnetName } from '../context.ts';
import type { Infrastructure, RouteOrder, Subnet, Vm, VmOrder } from '../world.ts';

/** Of the simulator's handle, what the actors use. */
export type ComputeHandle = Pick<ComputeInProcess, 'project' | 'region' | 'actors' | 'dataPlane' | 'onEvent'>;

export interface BoundInfrastructure extends Infrastructure {
  /** Lets go of the simulator; calls under way reject, whatever becomes of them. */
  close(): void;
}

const MACHINE_TYPE = 'n2-standard-4';
const STOPPED = 'the actors were stopped';

/**
 * The actors' infrastructure over the Compute Engine simulator. VMs are known from its events, as from a
 * cache that is never stale; routes and subnets are asked for, at the price of a call each.
 */
export async function bindInfrastructure(
  compute: ComputeHandle,
  technicalId: string,
): Promise<BoundInfrastructure> {
  const { actors, dataPlane, project, region } = compute;
  const subnetOfNodes = nodesSubnetName(technicalId);
  const vms = new Map<string, Vm>();
  const listeners = new Set<(name: string, vm: Vm | undefined) => void>();
  /** How those who wait for a call are told that it will not end for them. */
  const waiting = new Set<(reason: unknown) => void>();
  let closed = false;

  function follow(event: ComputeEvent): void {
    if (!('instance' in event) || subnetOf(event.instance) !== subnetOfNodes) return;
    const { name } = event.instance;
    if (event.type === 'instance-deleted') vms.delete(name);
    else vms.set(name, vmOf(event.instance));
    // Nobody is told of a change of a NIC: no controller watches that (make-before-break.md §6.3).
    if (!event.type.startsWith('instance-')) return;
    for (const listener of listeners) listener(name, vms.get(name));
  }

  for (const instance of await actors.listInstances()) {
    if (subnetOf(instance) === subnetOfNodes) vms.set(instance.name, vmOf(instance));
  }
  const unsubscribe = compute.onEvent(follow);

  function untilClosed<T>(call: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settled = () => waiting.delete(reject);
    if (closed) reject(new Error(STOPPED));
    waiting.add(reject);
    call.then(resolve, reject).finally(settled);
    return promise;
  }

  return {
    vms: async () => [...vms.values()],
    vm: async (name) => vms.get(name),
    createVm: async (order) => {
      await untilClosed(actors.insertInstance(order.zone, instanceBody(order)));
    },
    deleteVm: ({ name, zone }) => untilClosed(unlessGone(actors.deleteInstance(zone, name))),
    onVmChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    routes: async (network) => {
      const all = await untilClosed(actors.listRoutes());
      return all
        .map(({ name, network: link, destRange, description, nextHopInstance }) => ({
          name,
          network: lastSegment(link),
          destination: destRange,
          description: description ?? '',
          nextHop: nextHopInstance === undefined ? undefined : lastSegment(nextHopInstance),
        }))
        .filter((route) => route.network === network);
    },
    createRoute: (route) => untilClosed(unlessThere(actors.insertRoute(routeBody(project, route)))),
    deleteRoute: (name) => untilClosed(unlessGone(actors.deleteRoute(name))),
    subnet: async (name) => {
      const found = await untilClosed(orUndefined(actors.getSubnetwork(region, name)));
      return found === undefined ? undefined : subnetFrom(found);
    },
    nodeIsLive: ({ name, podCidr }) => dataPlane.registerNode(name, podCidr),
    nodeIsGone: (name) => dataPlane.deregisterNode(name),
    close: () => {
      unsubscribe();
      listeners.clear();
      closed = true;
      for (const reject of waiting) reject(new Error(STOPPED));
    },
  };

  function instanceBody({ name, zone, pool, subnet, dualStack, alias }: VmOrder) {
    return {
      name,
      machineType: `projects/${project}/zones/${zone}/machineTypes/${MACHINE_TYPE}`,
      canIpForward: true,
      labels: { name: pool, 'k8s-cluster-name': technicalId },
      tags: { items: [technicalId, `kubernetes-io-cluster-${technicalId}`] },
      networkInterfaces: [
        {
          subnetwork: `projects/${project}/regions/${region}/subnetworks/${subnet}`,
          ...(dualStack && { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' }),
          ...(alias !== undefined && {
            aliasIpRanges: [{ ipCidrRange: alias.netmask, subnetworkRangeName: alias.rangeName }],
          }),
        },
      ],
    };
  }
}

function routeBody(project: string, { name, network, destination, description, nextHop }: RouteOrder) {
  return {
    name,
    network: `projects/${project}/global/networks/${network}`,
    destRange: destination,
    priority: 1000,
    description,
    nextHopInstance: `projects/${project}/zones/${nextHop.zone}/instances/${nextHop.name}`,
  };
}

const ipv6Access = z.object({ externalIpv6: z.string(), externalIpv6PrefixLength: z.number() });

function vmOf(instance: Instance): Vm {
  const nic = instance.networkInterfaces[0];
  const access = ipv6Access.safeParse(nic?.ipv6AccessConfigs?.[0]);
  return {
    name: instance.name,
    zone: lastSegment(instance.zone),
    pool: instance.labels?.name ?? '',
    createdAt: Date.parse(instance.creationTimestamp),
    running: instance.status === 'RUNNING',
    internalIp: nic?.networkIP ?? '',
    aliases: nic?.aliasIpRanges?.map(({ ipCidrRange }) => ipCidrRange) ?? [],
    ipv6Range: access.success
      ? `${access.data.externalIpv6}/${access.data.externalIpv6PrefixLength}`
      : undefined,
  };
}

function subnetFrom(subnetwork: Subnetwork): Subnet {
  return {
    name: subnetwork.name,
    network: lastSegment(subnetwork.network),
    dualStack: subnetwork.stackType === 'IPV4_IPV6',
    ipv6Range: subnetwork.externalIpv6Prefix,
    secondaryRangeNames: subnetwork.secondaryIpRanges?.map(({ rangeName }) => rangeName) ?? [],
  };
}

function subnetOf(instance: Instance): string {
  return lastSegment(instance.networkInterfaces[0]?.subnetwork ?? '');
}

function lastSegment(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

async function unlessGone(call: Promise<void>): Promise<void> {
  await call.catch(passing('notFound', 'RESOURCE_NOT_FOUND'));
}

async function unlessThere(call: Promise<unknown>): Promise<void> {
  await call.catch(passing('alreadyExists', 'RESOURCE_ALREADY_EXISTS'));
}

async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch(passing('notFound'));
}

/** Swallows refusals of these reasons and throws everything else again. */
function passing(...reasons: string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ComputeError && reasons.includes(error.reason)) return undefined;
    throw error;
  };
}

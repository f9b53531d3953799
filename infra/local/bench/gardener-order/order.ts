import { z } from 'zod';
import type { Clock } from '../../../../shared/clock.ts';
import { lastSegment, RequestFailed, type Requests } from './requests.ts';
import type { ScaleCloudControllerManager } from './scaling.ts';

/** What the order is carried out on. */
export interface Shoot {
  readonly technicalId: string;
  readonly network: string;
  readonly region: string;
  readonly podsCidr: string;
}

interface SavedRoute {
  readonly instance: string;
  readonly zone: string;
  readonly destination: string;
}

/** Every task of the flow has five minutes (gardener-gcp-flow.md §1.2). */
const TASK_MS = 300_000;
const OUT_OF_TIME = 'out of time';

const routeList = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        network: z.string(),
        destRange: z.string(),
        nextHopInstance: z.string().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});
const subnetSchema = z.object({ fingerprint: z.string() });
const nicSchema = z.looseObject({ name: z.string(), aliasIpRanges: z.array(z.unknown()).default([]) });
const instanceSchema = z.object({ networkInterfaces: z.array(nicSchema).min(1) });

/**
 * One attempt at Gardener's order: every route deleted, then the subnet changed, then aliases node by node. A model of
 * gardener-gcp-flow.md §1.3, §1.4 and §3, as far as pod traffic depends on it.
 *
 * @throws RequestFailed as that flow fails: any deletion that is refused, any patch, any alias but a machine's that is gone.
 */
export async function gardenersOrder(
  shoot: Shoot,
  requests: Requests,
  scale: ScaleCloudControllerManager,
  clock: Clock,
): Promise<void> {
  const saved = await cleanUpRoutes(shoot, requests, scale, clock);
  await changeNodesSubnet(shoot, requests);
  await addAliases(saved, requests, clock);
}

/** All of them in parallel, without a cap; one error is the error of all, and brings the controller back. */
async function cleanUpRoutes(
  shoot: Shoot,
  requests: Requests,
  scale: ScaleCloudControllerManager,
  clock: Clock,
): Promise<readonly SavedRoute[]> {
  const routes = await listRoutes(shoot, requests);
  if (routes.length === 0) return [];
  await scale(0);
  const deadline = clock.now() + TASK_MS;
  const results = await Promise.allSettled(
    routes.map(async ({ name }) => {
      await requests.finish(await requests.change('DELETE', `global/routes/${name}`));
      if (clock.now() > deadline)
        throw new RequestFailed('task', 'ensure kubernetes routes cleanup', OUT_OF_TIME);
    }),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await scale(1);
    throw failure.reason;
  }
  return routes.map(({ saved }) => saved);
}

/** The whole project's routes; which are the shoot's is told by names alone (§1.4, routes cleanup 1). */
async function listRoutes({ technicalId, network }: Shoot, requests: Requests) {
  const found: { name: string; saved: SavedRoute }[] = [];
  let pageToken: string | undefined;
  do {
    const query: string = pageToken === undefined ? '' : `?pageToken=${pageToken}`;
    const page = await requests.send('GET', `global/routes${query}`, routeList);
    for (const { name, network: link, destRange, nextHopInstance = '' } of page.items) {
      const instance = lastSegment(nextHopInstance);
      const ours = name.startsWith('shoot--') && link.endsWith(network) && instance.startsWith(technicalId);
      const [zone = ''] = /(?<=\/zones\/)[^/]+/.exec(nextHopInstance) ?? [];
      if (ours) found.push({ name, saved: { instance, zone, destination: destRange } });
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}

/** Stack type first, then the secondary range: each its own call with a fresh fingerprint, each awaited. */
async function changeNodesSubnet({ technicalId, region, podsCidr }: Shoot, requests: Requests) {
  const path = `regions/${region}/subnetworks/${technicalId}-nodes`;
  const patches = [
    { stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' },
    { secondaryIpRanges: [{ rangeName: 'ipv4-pod-cidr', ipCidrRange: podsCidr }] },
  ];
  for (const patch of patches) {
    const { fingerprint } = await requests.send('GET', path, subnetSchema);
    await requests.finish(await requests.change('PATCH', path, { ...patch, fingerprint }));
  }
}

/** One after the other; the operation is never looked at. */
async function addAliases(saved: readonly SavedRoute[], requests: Requests, clock: Clock) {
  const deadline = clock.now() + TASK_MS;
  for (const { instance, zone, destination } of saved) {
    if (clock.now() > deadline) throw new RequestFailed('task', 'ensure alias ip ranges', OUT_OF_TIME);
    const path = `zones/${zone}/instances/${instance}`;
    try {
      const { networkInterfaces } = await requests.send('GET', path, instanceSchema);
      const [nic] = networkInterfaces;
      if (nic === undefined) continue;
      const alias = { ipCidrRange: destination, subnetworkRangeName: 'ipv4-pod-cidr' };
      const changed = { ...nic, aliasIpRanges: [...nic.aliasIpRanges, alias] };
      await requests.change('PATCH', `${path}/updateNetworkInterface?networkInterface=${nic.name}`, changed);
    } catch (error) {
      // A machine that is gone needs no alias.
      if (!(error instanceof RequestFailed) || !error.message.includes('notFound')) throw error;
    }
  }
}

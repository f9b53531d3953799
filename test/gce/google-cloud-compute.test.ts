import { FirewallsClient } from '@google-cloud/compute/build/src/v1/firewalls_client.js';
import { GlobalOperationsClient } from '@google-cloud/compute/build/src/v1/global_operations_client.js';
import { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import { RegionOperationsClient } from '@google-cloud/compute/build/src/v1/region_operations_client.js';
import { RoutesClient } from '@google-cloud/compute/build/src/v1/routes_client.js';
import { SubnetworksClient } from '@google-cloud/compute/build/src/v1/subnetworks_client.js';
import { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';
import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeScenario } from '../../infra/local/example/compute-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import type { ComputeSimulator } from '../../infra/local/gce/index.ts';
import { FAST_LATENCY, startComputeSimulator } from '../../infra/local/gce/index.ts';
import { systemClock } from '../../shared/clock.ts';

const cluster = exampleCluster({ nodes: 3 });
const { project, region, technicalId } = cluster;
const node = cluster.nodes[0];
if (node === undefined) throw new Error('the example has no nodes');
const subnetwork = `${technicalId}-nodes`;
const network = `projects/${project}/global/networks/${technicalId}`;

let simulator: ComputeSimulator;
let options: NonNullable<ConstructorParameters<typeof RoutesClient>[0]>;

beforeAll(async () => {
  const switches = { ipv6PrefixDelayMs: 0 };
  const scenario = computeScenario(cluster);
  simulator = await startComputeSimulator({ clock: systemClock, scenario, latency: FAST_LATENCY, switches });
  options = {
    apiEndpoint: '127.0.0.1',
    port: simulator.port,
    protocol: 'http',
    fallback: true,
    projectId: project,
    authClient: new PassThroughClient(),
  };
});

afterAll(async () => {
  await simulator.stop();
});

interface Started {
  readonly latestResponse: { readonly name?: string | null | undefined };
}

/** The name of an operation as the client hands it over. */
function named(answer: readonly unknown[]): string {
  const { latestResponse } = answer[0] as Started;
  if (typeof latestResponse.name !== 'string') throw new Error('the client handed over no operation');
  return latestResponse.name;
}

describe('@google-cloud/compute', () => {
  it('moves a node from its route to an alias and the subnetwork to dual-stack', async () => {
    const subnetworks = new SubnetworksClient(options);
    const instances = new InstancesClient(options);
    const routes = new RoutesClient(options);
    const regionOperations = new RegionOperationsClient(options);
    const zoneOperations = new ZoneOperationsClient(options);
    const globalOperations = new GlobalOperationsClient(options);
    const patch = async (subnetworkResource: object) => {
      const [{ fingerprint }] = await subnetworks.get({ project, region, subnetwork });
      const answer = await subnetworks.patch({
        project,
        region,
        subnetwork,
        subnetworkResource: { ...subnetworkResource, fingerprint: fingerprint ?? null },
      });
      const [done] = await regionOperations.wait({ project, region, operation: named(answer) });
      expect(done.status).toBe('DONE');
      expect(done.error ?? null).toBeNull();
    };

    await patch({ allowSubnetCidrRoutesOverlap: true });
    await patch({ secondaryIpRanges: [{ rangeName: 'ipv4-pod-cidr', ipCidrRange: cluster.podsCidr }] });

    const [instance] = await instances.get({ project, zone: node.zone, instance: node.name });
    const update = await instances.updateNetworkInterface({
      project,
      zone: node.zone,
      instance: node.name,
      networkInterface: 'nic0',
      networkInterfaceResource: {
        fingerprint: instance.networkInterfaces?.[0]?.fingerprint ?? null,
        aliasIpRanges: [{ ipCidrRange: node.podCidr, subnetworkRangeName: 'ipv4-pod-cidr' }],
      },
    });
    await zoneOperations.wait({ project, zone: node.zone, operation: named(update) });
    const [aliased] = await instances.get({ project, zone: node.zone, instance: node.name });
    expect(aliased.networkInterfaces?.[0]?.aliasIpRanges).toMatchObject([{ ipCidrRange: node.podCidr }]);

    const filter = `description="k8s-node-route"`;
    const [found] = await routes.list({ project, filter, maxResults: 2 });
    expect(found).toHaveLength(cluster.nodes.length);
    for (const { name } of found) {
      const deletion = await routes.delete({ project, route: name ?? '' });
      await globalOperations.wait({ project, operation: named(deletion) });
    }
    await patch({ allowSubnetCidrRoutesOverlap: false });
    await patch({ stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' });
    const [dual] = await subnetworks.get({ project, region, subnetwork });
    expect(dual.externalIpv6Prefix).toMatch(/::\/64$/);
    expect(simulator.calls().byMethod).toMatchObject({
      'routes.delete': 3,
      'subnetworks.patch': 4,
      'instances.updateNetworkInterface': 1,
    });
  });

  it('sees a failed operation as done with its error, and a refusal as an error with its HTTP status', async () => {
    const routes = new RoutesClient(options);
    const globalOperations = new GlobalOperationsClient(options);
    const routeResource = { name: 'inside', network, destRange: '10.243.0.128/25', nextHopIp: '10.250.0.2' };
    const [done] = await globalOperations.wait({
      project,
      operation: named(await routes.insert({ project, routeResource })),
    });
    expect(done.error?.errors?.[0]?.code).toBe('UNSUPPORTED_OPERATION');
    await expect(routes.get({ project, route: 'nobody' })).rejects.toMatchObject({ httpStatusCode: 404 });
  });

  it('inserts a firewall rule for IPv6 and finds every instance in the aggregated list', async () => {
    const firewalls = new FirewallsClient(options);
    const firewallResource = {
      name: 'allow-ipv6',
      network,
      direction: 'INGRESS',
      sourceRanges: ['2600:1900:4000::/64'],
      allowed: [{ IPProtocol: '58' }],
    };
    const operation = named(await firewalls.insert({ project, firewallResource }));
    await new GlobalOperationsClient(options).wait({ project, operation });
    const [rule] = await firewalls.get({ project, firewall: 'allow-ipv6' });
    expect(rule.allowed).toMatchObject([{ IPProtocol: '58' }]);
    const seen: string[] = [];
    for await (const [, scope] of new InstancesClient(options).aggregatedListAsync(
      { project },
      { autoPaginate: false },
    )) {
      for (const { name } of scope.instances ?? []) seen.push(name ?? '');
    }
    expect(seen.toSorted()).toEqual(cluster.nodes.map(({ name }) => name).toSorted());
  });
});

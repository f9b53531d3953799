import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Pod, Service } from '../../../infra/local/cluster/index.ts';
import {
  endpointSlices,
  nodes,
  pods,
  replicaSets,
  services,
  shoots,
} from '../../../infra/local/cluster/index.ts';
import { addressAt } from '../../../infra/local/cluster/object/addresses.ts';
import { at } from '../../../infra/local/cluster/object/json.ts';
import { keyOf } from '../../../infra/local/cluster/object/object.ts';
import { expectJustTheRights } from '../rbac/guarantee.ts';
import type { Right } from '../rbac/rights.ts';
import { describeOnCluster } from '../support.ts';
import { eventually } from './eventually.ts';
import { changesAmong, requestsOf, runAgain } from './second-run.ts';
import type { ClusterWorld, ClusterWorldOptions } from './world.ts';
import { createClusterWorld } from './world.ts';

const KUBE_DNS = { namespace: 'kube-system', name: 'kube-dns' };
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const PATIENCE = { timeout: 30_000, interval: 200 };
const CLUSTER_STEPS = ['check-nodes', 'configure-cni', 'restart-coredns', 'switch-kube-dns'] as const;

export interface MigrationUnderTest {
  readonly world?: ClusterWorldOptions;
  /** The rights of which this migration shows that each is needed. */
  readonly judges: (right: Right) => boolean;
}

/** What a migration of a 12-node cluster on a real API server guarantees, whatever the network plugin. */
export function describeMigration(title: string, test: MigrationUnderTest): void {
  describeOnCluster(title, () => guarantees(test));
}

function guarantees({ world: options, judges }: MigrationUnderTest): void {
  let world: ClusterWorld;
  let servicesBefore: readonly Service[] = [];

  beforeAll(async () => {
    world = await createClusterWorld(options);
    servicesBefore = (await world.client.list(services)).items;
    await world.changeShoot();
    await world.untilSucceeded();
    // What the rollouts replaced may still be on its way out.
    await eventually('no pod is terminating', async () => {
      const { items } = await world.client.list(pods);
      return items.every(({ metadata }) => metadata.deletionTimestamp === undefined);
    });
  }, 600_000);

  afterAll(async () => {
    await world?.stop();
  });

  const list = async (selector: string): Promise<readonly Pod[]> =>
    (await world.client.list(pods, { query: { labelSelector: selector } })).items;
  const families = (pod: Pod) =>
    (pod.status?.podIPs ?? []).map(({ ip }) => (ip.includes(':') ? 'IPv6' : 'IPv4'));

  it('becomes dual-stack through the functions, without a lost node-second', async () => {
    expect(world.migration?.status.kind).toBe('succeeded');
    expect(world.lostNodeSeconds()).toBe(0);
    const { items } = await world.client.list(nodes);
    expect(items.map(({ spec }) => spec?.podCIDRs?.length)).toEqual(Array(12).fill(2));
  });

  it('meets an API server that refuses dual-stack Services first, and waits until it was restarted with both ranges', async () => {
    const asked = requestsOf(world, await world.controlPlane.audit()).filter(
      ({ verb, dryRun, object }) => verb === 'create' && dryRun && object?.resource === 'services',
    );
    expect(asked[0]?.code).toBe(422);
    expect(asked.at(-1)?.code).toBe(201);
  });

  it('leaves every Service but kube-dns exactly as it was, also across the restart', async () => {
    const others = servicesBefore.filter(({ metadata }) => metadata.name !== KUBE_DNS.name);
    expect(others.map(({ metadata }) => metadata.name).sort()).toEqual(['kubernetes', 'web']);
    for (const before of others) {
      const after = await world.client.get(services, keyOf(before));
      expect(after?.metadata.uid).toBe(before.metadata.uid);
      expect(after?.spec).toEqual(before.spec);
    }
  });

  it('keeps the IPv4 cluster IP of kube-dns, first, and adds the tenth of the IPv6 range', async () => {
    const before = servicesBefore.find(({ metadata }) => metadata.name === KUBE_DNS.name);
    const shoot = await world.client.get(shoots, keyOf(world.shootInGarden));
    const ranges = at(shoot, 'status', 'networking', 'services');
    const [, ipv6Range = ''] = Array.isArray(ranges) ? ranges.map(String) : [];
    const { spec } = { ...(await world.client.get(services, KUBE_DNS)) };
    expect(spec).toMatchObject({
      clusterIP: before?.spec.clusterIP,
      clusterIPs: [before?.spec.clusterIP, addressAt(ipv6Range, 10n)],
      ipFamilies: ['IPv4', 'IPv6'],
    });
  });

  it.each([
    ['IPv4', 0],
    ['IPv6', 1],
  ] as const)(
    'has %s endpoints from the real endpoint slice controller, at the CoreDNS pods',
    async (family, place) => {
      const labelSelector = `kubernetes.io/service-name=${KUBE_DNS.name}`;
      const podIps = (await list('k8s-app=kube-dns')).map((pod) => pod.status?.podIPs?.[place]?.ip);
      expect(podIps).toHaveLength(2);
      // It follows the pods within a second or so.
      await vi.waitFor(async () => {
        const { items } = await world.client.list(endpointSlices, { query: { labelSelector } });
        const slices = items.filter(({ addressType }) => addressType === family);
        const managers = slices.map(({ metadata }) => metadata.labels?.[MANAGED_BY]);
        expect(managers).toEqual(['endpointslice-controller.k8s.io']);
        const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
        expect(endpoints.flatMap(({ addresses }) => addresses).sort()).toEqual(podIps.sort());
      }, PATIENCE);
    },
  );

  it('gave a second address only to pods that started after the network plugin was configured on their node', async () => {
    expect((await list('k8s-app=kube-dns')).map(families)).toEqual(Array(2).fill(['IPv4', 'IPv6']));
    // Their nodes had both pod CIDRs, but its agent did not run with both yet.
    expect((await list('app=web')).map(families)).toEqual(Array(12).fill(['IPv4']));
  });

  it('restarted CoreDNS exactly once', async () => {
    const restarts = changesAmong(requestsOf(world, await world.controlPlane.audit())).filter(
      ({ object, code }) => object?.resource === 'deployments' && object.name === 'coredns' && code < 300,
    );
    expect(restarts).toHaveLength(1);
    const { items } = await world.client.list(replicaSets, { query: { labelSelector: 'k8s-app=kube-dns' } });
    expect(items).toHaveLength(2);
  });

  it('changes nothing in a second run of any step, by the API server’s own audit log', async () => {
    const before = (await world.controlPlane.audit()).length;
    for (const step of CLUSTER_STEPS) {
      expect(await runAgain(world, step), step).toMatchObject({ kind: 'done' });
    }
    const since = requestsOf(world, (await world.controlPlane.audit()).slice(before));
    expect(since.length).toBeGreaterThan(0);
    expect(changesAmong(since)).toEqual([]);
  });

  it('was refused nothing, and needed every right that it was given', async () => {
    await expectJustTheRights(world, judges);
  });
}

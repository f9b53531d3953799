import { afterAll, beforeAll, expect, it } from 'vitest';
import { daemonSets, nodes } from '../../infra/local/cluster/index.ts';
import { expectJustTheRights } from './rbac/guarantee.ts';
import { describeOnCluster } from './support.ts';
import { type ClusterWorld, createClusterWorld, requestsOf } from './world/index.ts';

const NODES = 6;

describeOnCluster('a route migration that is watched by probe pods on a real API server', () => {
  let world: ClusterWorld;

  beforeAll(async () => {
    // Probe pods start and answer by the wall's clock: the world's must not run away from them.
    world = await createClusterWorld({ nodes: NODES, lookBy: 'probe pods', speed: 6 });
    await world.changeShoot();
    await world.runUntil(
      (migration) => migration?.position === 'check-nodes' || migration?.status.kind === 'blocked',
    );
  }, 600_000);

  afterAll(async () => {
    await world?.stop();
  });

  it('carries every node over to aliases without a lost node-second', async () => {
    expect(world.migration).toMatchObject({ position: 'check-nodes' });
    expect(world.lostNodeSeconds()).toBe(0);
    const { items } = await world.client.list(nodes);
    const carried = items.map(({ metadata, spec }) =>
      world.compute.dataPlane.reaches(metadata.name, spec?.podCIDR ?? ''),
    );
    expect(carried).toEqual(Array(NODES).fill({ arrives: true }));
    const routes = (await world.compute.actors.listRoutes()).filter(
      ({ description }) => description === 'k8s-node-route',
    );
    expect(routes).toEqual([]);
  });

  it('asked probe pods through the API server, and took them away at the end', async () => {
    const asked = requestsOf(world, await world.controlPlane.audit()).filter(
      ({ object }) => object?.subresource === 'proxy',
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked.map(({ code }) => code))).toEqual(new Set([200]));
    const { items } = await world.client.list(daemonSets, { namespace: 'kube-system' });
    expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(['calico-node', 'kube-proxy']);
  });

  it('was refused nothing, and needed every right that the probe has', async () => {
    await expectJustTheRights(world, ({ role }) => role.startsWith('shoot-dualstack:probe'));
  });
});

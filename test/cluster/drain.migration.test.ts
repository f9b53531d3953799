import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../infra/local/cluster/index.ts';
import { ipPools, nodes, podDisruptionBudgets } from '../../infra/local/cluster/index.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';
import { NODE_ROLLOUT } from '../../shared/migration/node-rollout.ts';
import { expectJustTheRights } from './rbac/guarantee.ts';
import type { Right } from './rbac/rights.ts';
import { describeOnCluster } from './support.ts';
import { type ClusterWorld, createClusterWorld, eventually, requestsOf } from './world/index.ts';

const NODES = 3;
const BUDGET = { namespace: 'shop', name: 'web' };

/** As an owner may have made it before; the range is not the one that the nodes will have. */
const POOL_WITH_NAT = {
  apiVersion: 'crd.projectcalico.org/v1',
  kind: 'IPPool',
  metadata: { name: 'default-ipv6-ippool' },
  spec: { cidr: 'fd00:10:96::/64', blockSize: 124, natOutgoing: true, nodeSelector: 'all()' },
};

describeOnCluster('nodes that the product drains itself, on a real API server', () => {
  let world: ClusterWorld;

  beforeAll(async () => {
    const { before, ...shoot } = localShoot(undefined, NODES);
    const metadata = { ...before.metadata, annotations: { [NODE_ROLLOUT.mode]: 'drain' } };
    world = await createClusterWorld({
      nodes: NODES,
      moreRights: ['drain'],
      shoot: { ...shoot, before: { ...before, metadata } },
      adaptCluster: (objects) => [...objects.map(withoutLeave), POOL_WITH_NAT],
    });
    await world.changeShoot();
    await world.runUntil('ended');
  }, 600_000);

  afterAll(async () => {
    await world?.stop();
  });

  const evictions = async () =>
    requestsOf(world, await world.controlPlane.audit()).filter(
      ({ object }) => object?.subresource === 'eviction',
    );

  it('stay as they are while a budget allows no eviction, and the migration says which one', async () => {
    expect(world.migration).toMatchObject({
      position: 'check-nodes',
      status: {
        kind: 'blocked',
        reason: 'BudgetNeverAllows',
        message: expect.stringContaining('budget shop/web'),
      },
    });
    expect(await evictions()).toEqual([]);
    const { items } = await world.client.list(nodes);
    expect(items.map(({ spec }) => spec?.unschedulable === true)).toEqual(Array(NODES).fill(false));
    expect(items.map(({ spec }) => spec?.podCIDRs?.length)).toEqual(Array(NODES).fill(1));
  });

  it('are emptied by evictions once it allows one, and replaced by dual-stack ones, without a lost node-second', async () => {
    const body = { spec: { maxUnavailable: 1 } };
    await world.client.patch(podDisruptionBudgets, BUDGET, { kind: 'merge', body });
    await eventually('the budget was counted anew', async () => {
      const budget = await world.client.get(podDisruptionBudgets, BUDGET);
      return budget?.status?.disruptionsAllowed === 1;
    });
    await world.publish('check-nodes', { shoot: 'garden-core/api' });
    await world.runUntil((migration) => migration?.status.kind !== 'blocked');
    await world.untilSucceeded();
    const { items } = await world.client.list(nodes);
    expect(items.map(({ spec }) => spec?.podCIDRs?.length)).toEqual(Array(NODES).fill(2));
    expect((await evictions()).some(({ code }) => code === 201)).toBe(true);
    expect(world.lostNodeSeconds()).toBe(0);
  }, 400_000);

  it('find an IPv6 pool with NAT put right, and nothing else of it changed', async () => {
    const pool = await world.client.get(ipPools, { namespace: '', name: POOL_WITH_NAT.metadata.name });
    expect(pool).toMatchObject({ spec: { natOutgoing: false, blockSize: 124, nodeSelector: 'all()' } });
  });

  it('needed every right to drain, and to patch a pool', async () => {
    const isOfDrain = ({ role }: Right) => role === 'shoot-dualstack:drain';
    const patchesPool = ({ resource, verb }: Right) => resource === 'ippools' && verb === 'patch';
    await expectJustTheRights(world, (right) => isOfDrain(right) || patchesPool(right));
  });
});

/** The shop's budget asks for every pod there is. */
function withoutLeave(object: JsonObject): JsonObject {
  if (object.kind !== 'PodDisruptionBudget') return object;
  const selector = { matchLabels: { app: 'web' } };
  return { ...object, spec: { maxUnavailable: 0, selector } };
}

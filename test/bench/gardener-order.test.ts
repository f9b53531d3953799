import { describe, expect, onTestFinished, test } from 'vitest';
import { gardenersOrder } from '../../infra/local/bench/gardener-order/order.ts';
import { Requests } from '../../infra/local/bench/gardener-order/requests.ts';
import { scalingOf } from '../../infra/local/bench/gardener-order/scaling.ts';
import { startSurroundings, virtualClock } from '../../infra/local/in-process/index.ts';
import { localShoot } from '../../infra/local/world/shoot-file.ts';

const NODES = 4;

async function scene() {
  const clock = virtualClock();
  const local = localShoot(undefined, NODES);
  const world = await startSurroundings(local, NODES, clock, { seed: 1 });
  onTestFinished(() => world.stop());
  const { technicalId, network, region, pods: podsCidr } = local.shoot;
  const changes: string[] = [];
  world.compute.onEvent((event) => {
    // A range brings a subnet route of its own with it.
    if (!('route' in event) || event.route.description === 'k8s-node-route') changes.push(event.type);
  });
  const scaled: number[] = [];
  const requests = new Requests(world.compute, clock);
  const scaling = scalingOf(world.cluster);
  const scale = async (replicas: number) => {
    scaled.push(replicas);
    await scaling(replicas);
  };
  const order = gardenersOrder({ technicalId, network, region, podsCidr }, requests, scale, clock);
  return { ...world, clock, changes, scaled, requests, order };
}

describe('the model of Gardener’s order', () => {
  test('deletes every route, then changes the subnet, then adds alias after alias', async () => {
    const { clock, compute, changes, scaled, order } = await scene();
    await clock.until(order);
    await clock.advance(60_000);
    expect(scaled).toEqual([0]);
    expect(changes).toEqual([
      ...Array<string>(NODES).fill('route-deleted'),
      'stack-type-changed',
      'range-added',
      ...Array<string>(NODES).fill('alias-added'),
    ]);
    expect(compute.dataPlane.lostNodeSeconds()).toBeGreaterThan(NODES * 20);
  });

  test('does not wait for the operations of aliases, and looks at the others at once and then every ten seconds', async () => {
    const { clock, compute, order } = await scene();
    await clock.until(order);
    const { byMethod } = compute.calls();
    expect(byMethod['zoneOperations.get']).toBeUndefined();
    // Deletions take three to six seconds: one look too early, one ten seconds later.
    expect(byMethod['globalOperations.get']).toBe(2 * NODES);
    expect(byMethod['instances.get']).toBe(NODES);
  });

  test('fails as a whole when one deletion is refused, and lets the controller come back', async () => {
    const { clock, compute, changes, scaled, order } = await scene();
    compute.faults.add({
      method: 'routes.delete',
      call: 2,
      kind: 'http-error',
      code: 403,
      reason: 'forbidden',
    });
    await expect(clock.until(order)).rejects.toThrow('403 forbidden');
    expect(scaled).toEqual([0, 1]);
    expect(changes.filter((type) => type === 'route-deleted')).toHaveLength(NODES - 1);
    expect(changes).not.toContain('range-added');
  });
});

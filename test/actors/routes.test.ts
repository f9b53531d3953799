import { afterEach, describe, expect, it } from 'vitest';
import { ALLOCATE, CLOUD_ALLOCATOR, LocalWorld } from './local-world.ts';

let world: LocalWorld;
afterEach(() => world.stop());

const PERIOD = 10_000;
const MARGIN = 1_000;
const NO_ROUTES = [...CLOUD_ALLOCATOR, ALLOCATE];

async function deleteFirstRoute(): Promise<string> {
  const [route] = await world.podRoutes();
  if (route === undefined) throw new Error('there is no pod route');
  await world.deleteRoute(route.name);
  return route.name;
}

const routeNames = async () => (await world.podRoutes()).map(({ name }) => name);

describe('route controller', () => {
  it('recreates a deleted pod route within its period, as it was', async () => {
    world = await LocalWorld.start();
    const before = (await world.podRoutes()).map(({ name, destRange, nextHopInstance }) => [
      name,
      destRange,
      nextHopInstance,
    ]);
    await deleteFirstRoute();
    await world.clock.advance(PERIOD + MARGIN);
    const after = (await world.podRoutes()).map(({ name, destRange, nextHopInstance }) => [
      name,
      destRange,
      nextHopInstance,
    ]);
    expect(after.toSorted()).toEqual(before.toSorted());
  });

  it('is what its pods were started as: an old pod that still terminates acts on, and nobody after it', async () => {
    const slow = { podTermination: [30_000, 30_000] } as const;
    world = await LocalWorld.start({ clusterDelays: slow });
    world.setCloudControllerArguments(NO_ROUTES);
    const terminating = () =>
      world.cloudControllerPods().find(({ metadata }) => metadata.deletionTimestamp !== undefined);
    await world.clock.untilTrue(() => terminating() !== undefined, 'the old pod terminates');
    const name = await deleteFirstRoute();
    await world.clock.advance(PERIOD + MARGIN);
    expect(terminating()).toBeDefined();
    expect(await routeNames()).toContain(name);

    await world.clock.untilTrue(() => terminating() === undefined, 'the old pod is gone');
    const gone = await deleteFirstRoute();
    await world.clock.advance(20 * PERIOD);
    expect(await routeNames()).not.toContain(gone);
  });

  it('does nothing while no pod runs and begins again with one', async () => {
    world = await LocalWorld.start();
    world.scaleCloudController(0);
    await world.clock.untilTrue(() => world.cloudControllerPods().length === 0, 'no pod is left');
    const name = await deleteFirstRoute();
    await world.clock.advance(20 * PERIOD);
    expect(await routeNames()).not.toContain(name);
    world.scaleCloudController(1);
    await world.clock.advance(3 * PERIOD);
    expect(await routeNames()).toContain(name);
  });

  it('deletes the route of a node that is gone and no other', async () => {
    world = await LocalWorld.start({ nodes: 4 });
    const all = async () =>
      (await world.clock.until(world.compute.actors.listRoutes())).map(({ name }) => name);
    const before = await all();
    const [gone] = world.nodes();
    await world.clock.until(world.actors.machineController.remove(gone?.metadata.name ?? ''));
    await world.clock.advance(2 * PERIOD);
    expect(before.filter((name) => !name.endsWith(gone?.metadata.uid ?? ''))).toEqual(await all());
  });

  it('says on the node what refused its route, and that its network is unavailable', async () => {
    const args = ['--configure-cloud-routes=true', '--cluster-cidr=100.96.0.0/11'];
    world = await LocalWorld.start({ carriedBy: 'aliases', cloudControllerArguments: args });
    const [node] = world.nodes();
    const name = node?.metadata.name ?? '';
    await world.clock.untilTrue(() => world.eventReasons(name).includes('FailedToCreateRoute'), 'an event');
    await world.clock.advance(MARGIN);
    const unavailable = world
      .node(name)
      ?.status?.conditions?.find(({ type }) => type === 'NetworkUnavailable');
    expect(unavailable).toMatchObject({ status: 'True', reason: 'NoRouteCreated' });
  });
});

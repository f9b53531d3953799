import { expect, it } from 'vitest';
import { firstNode, startWorld } from './world.ts';

it('a route is deleted, and deleting it again is no error', async () => {
  const world = await startWorld();
  const { route } = firstNode(world);
  await world.compute.deleteRoute(route);
  await world.compute.deleteRoute(route);
  const names = (await world.compute.routes(world.network)).map(({ name }) => name);
  expect(names).not.toContain(route);
  expect(names).toHaveLength(4);
});

it('a route is recreated exactly as it was, and only once', async () => {
  const world = await startWorld();
  const { route } = firstNode(world);
  const before = (await world.compute.routes(world.network)).find(({ name }) => name === route);
  if (before === undefined) throw new Error('the pod route is missing');
  await world.compute.deleteRoute(route);
  await world.compute.createRoute(before);
  await world.compute.createRoute(before);
  expect((await world.compute.routes(world.network)).filter(({ name }) => name === route)).toEqual([before]);
});

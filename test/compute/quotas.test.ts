import { expect, it } from 'vitest';
import { type InProcess, nodesOf, startInProcess } from './in-process.ts';

const HOUR = 3_600_000;
const quotas = {
  callsPerMinute: { writes: 1500 },
  concurrentOperations: { global: 500, regional: 500 },
};

/** How many of the calls were refused: each of the thousand changes succeeds once. */
function refusals({ simulator }: InProcess, method: string): number {
  return (simulator.calls().byMethod[method] ?? 0) - 1_000;
}

it('a thousand routes deleted side by side all go, by backing off', async () => {
  const world = await startInProcess({ nodes: 1_000, quotas });
  const { clock, compute, network } = world;
  await clock.until(Promise.all(nodesOf(world).map(({ route }) => compute.deleteRoute(route))), HOUR);
  expect(await clock.until(compute.routes(network))).toHaveLength(2);
  expect(refusals(world, 'routes.delete')).toBeGreaterThan(0);
});

it('a thousand aliases added side by side are all there, by backing off', async () => {
  const world = await startInProcess({ nodes: 1_000, quotas });
  const { clock, compute, nodesSubnet } = world;
  await clock.until(compute.instances(nodesSubnet));
  const adding = nodesOf(world).map(({ instance, alias }) => compute.addAlias(instance, alias));
  await clock.until(Promise.all(adding), HOUR);
  const instances = await clock.until(compute.instances(nodesSubnet));
  expect(instances.filter(({ aliases }) => aliases.length === 1)).toHaveLength(1_000);
  expect(refusals(world, 'instances.updateNetworkInterface')).toBeGreaterThan(0);
});

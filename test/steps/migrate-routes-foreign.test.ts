import { beforeEach, expect, test } from 'vitest';
import type { Route } from '../../shared/compute/compute.ts';
import { actOnRoutes } from '../../shared/steps/migrate-routes/act.ts';
import { gatherRoutes } from '../../shared/steps/migrate-routes/gather.ts';
import { survey } from '../../shared/steps/migrate-routes/survey.ts';
import { TARGET } from './fixtures.ts';
import { decide, deletions, migrate, runIn } from './routes-run.ts';
import { instanceName, POD_RANGE, podCidr, type RoutesWorld, routeName, worldOf } from './routes-world.ts';

let world: RoutesWorld;

beforeEach(() => {
  world = worldOf(3);
});

/** The neighbour’s name begins with the same 26 characters; `-2` after ours makes all its names begin with ours. */
const ours = routeName(9);
const vm = (name: string) => ({ name, zone: 'europe-west1-b' });

test.each<[what: string, route: Partial<Route> & Pick<Route, 'name'>]>([
  [
    'a neighbour’s whose name begins with the same 26 characters',
    { name: ours, nextHop: vm('shoot--core--production-apx-worker-1') },
  ],
  ['one of another description', { name: ours, description: 'by hand', nextHop: vm(instanceName(1)) }],
  ['one for the whole pod CIDR', { name: ours, destination: TARGET.pods, nextHop: vm(instanceName(1)) }],
  ['one without an instance as next hop', { name: ours, nextHop: undefined }],
  [
    'one to a VM that is gone, by another’s naming',
    { name: 'shoot--core--production-ap-2-x', nextHop: vm(instanceName(8)), nextHopGone: true },
  ],
  ['one of another network', { name: ours, network: 'another', nextHop: vm(instanceName(1)) }],
])('%s in the pod CIDR blocks, and is never deleted', async (_what, route) => {
  world.addForeignRoute({ destination: podCidr(9), ...route });
  world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
  expect(await migrate(world)).toBe('blocked: ForeignRouteInPodCidr');
  expect(world.journal).toEqual([]);
});

test('a route to a VM that exists, if not in our subnet, is waited for and not deleted', async () => {
  world.addForeignRoute({
    name: ours,
    destination: podCidr(9),
    nextHop: vm(`${TARGET.technicalId}-2-worker-z1-1`),
    nextHopGone: false,
  });
  world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
  expect(await migrate(world)).toBe('under way');
  expect(await decide(world)).toMatchObject({ kind: 'waiting', reason: 'RouteWithoutNode' });
  expect(deletions(world)).toEqual([]);
  expect(world.violations).toEqual([]);
});

test('another node’s alias for the same range does not verify a route', async () => {
  world.ccm = { managesRoutes: false, allocatesFromAliases: true, oldPods: 0 };
  // Its Node is gone, its VM is not, and its pod CIDR was given to another node.
  world.addRoute({ ...world.addNode(8), podCidr: podCidr(1) });
  world.nodes.delete(instanceName(8));
  expect(await migrate(world)).toBe('done');
  expect(world.violations).toEqual([]);
  expect(world.records.get(routeName(8))?.verifiedAt).toBeUndefined();
});

test('an alias of the same range out of another secondary range is not the alias', async () => {
  const [first] = world.instances.values();
  if (first !== undefined) first.aliases = [{ range: podCidr(1), rangeName: 'another' }];
  const { nodes } = survey(await gatherRoutes(runIn(world)));
  expect(nodes.map(({ aliased }) => aliased)).toEqual([false, false, false]);
});

test('routes beside, around and beyond the pod CIDR are of no importance', async () => {
  for (const [index, destination] of [
    '0.0.0.0/0',
    '100.96.0.0/15',
    '100.97.0.0/24',
    '2001:db8::/32',
  ].entries()) {
    world.addForeignRoute({ name: `foreign-${index}`, destination, nextHop: undefined });
  }
  world.subnet = { ...world.subnet, secondaryRanges: [{ name: 'else', range: '192.168.0.0/24' }] };
  expect(await migrate(world)).toBe('done');
  expect(world.subnet.secondaryRanges.map(({ name }) => name)).toEqual(['else', POD_RANGE]);
  expect([...world.routes.keys()]).toEqual(['foreign-0', 'foreign-1', 'foreign-2', 'foreign-3']);
});

test('a route that is not verified is not deleted even when somebody decided so', async () => {
  const [podRoute] = survey(await gatherRoutes(runIn(world))).podRoutes;
  if (podRoute === undefined) throw new Error('there are pod routes');
  const act = actOnRoutes({ kind: 'delete routes', routes: [podRoute], atOnce: 1 }, runIn(world));
  await expect(act).rejects.toThrow('was to be deleted in state not recorded');
  expect(deletions(world)).toEqual([]);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { ComputeRefused } from '../../shared/compute/errors.ts';
import { MARKS } from '../../shared/steps/migrate-routes/marks.ts';
import { decide, deletions, migrate, upTo } from './routes-run.ts';
import { instanceName, podCidr, type RoutesWorld, routeName, worldOf } from './routes-world.ts';

let world: RoutesWorld;

beforeEach(() => {
  world = worldOf(3);
});

test('before the first deletion every doubt keeps all routes', async () => {
  await migrate(world, () => world.journal.includes('stop route controller'));
  for (const node of world.nodes.values()) node.hears = false;
  expect(await migrate(world)).toMatch(/^blocked: NodeNotReached: .* No route was deleted\./);
  expect(deletions(world)).toEqual([]);
});

test('the first deletion is one route, and nothing follows before its node was seen to be reached', async () => {
  world.onDelete = () => {
    world.crashes = [{ calls: 0, afterEffect: false }];
  };
  await migrate(world, () => deletions(world).length > 0);
  world.restart();
  await upTo(world, 'check first node');
  expect(deletions(world)).toEqual([`delete ${routeName(1)}`]);
});

/** From the first deletion on aliases carry nothing any more. */
function deafen(): void {
  world.onDelete = () => {
    for (const node of world.nodes.values()) node.hears = false;
  };
}

test('a first node that is not reached any more gets its route back, and the migration is blocked', async () => {
  deafen();
  expect(await migrate(world)).toMatch(
    /^blocked: NodeNotReached: .*production-api-worker-z1-1 .*created again/,
  );
  expect(deletions(world)).toHaveLength(1);
  expect(world.routes.get(routeName(1))).toMatchObject({
    destination: podCidr(1),
    priority: 1000,
    nextHop: { name: instanceName(1) },
  });
  expect(world.records.get(routeName(1))).toMatchObject({
    state: 'verified',
    restoredAt: expect.any(String),
  });
  expect(world.subnet.routesOverlapAllowed).toBe(true);
});

describe('where no route is created inside a range', () => {
  beforeEach(() => {
    deafen();
    world.refuses.routesInRange = true;
  });

  test('the range comes off with its aliases, so that the first route can come back', async () => {
    expect(await migrate(world)).toMatch(/^blocked: NodeNotReached: .*created again/);
    expect([...world.routes.keys()]).toContain(routeName(1));
    expect(world.podRange()).toBeUndefined();
    for (const record of world.records.values()) expect(record.state).toBe('recorded');
  });

  test('it comes off whatever call a crash comes at', async () => {
    for (let calls = 0; calls < 60; calls += 1) {
      world = worldOf(3);
      deafen();
      world.refuses.routesInRange = true;
      world.onRemember = (mark, value) => {
        if (mark !== MARKS.unreachedInstances || value === '') return;
        world.crashes = [{ calls, afterEffect: true }];
        world.onRemember = () => undefined;
      };
      // Died after the last mark was taken back, nobody knows the verdict; it is come to anew.
      expect(await migrate(world)).toMatch(/^blocked: (NodeNotReached|AliasTakesTraffic)/);
      expect(world.podRoutes()).toHaveLength(3);
    }
  });

  test('it stays while a node depends on it, and the refusal is what blocks', async () => {
    world.onDelete = () => undefined;
    await migrate(world, () => MARKS.firstNodeReached in world.migration.marks);
    const [, deaf] = world.nodes.values();
    if (deaf !== undefined) deaf.hears = false;
    await expect(migrate(world)).rejects.toBeInstanceOf(ComputeRefused);
    expect(world.podRange()).toBeDefined();
    for (const number of [1, 2, 3]) expect(world.aliasOf(instanceName(number))).toBeDefined();
  });
});

test('after the human’s remedy the migration goes on, again with one route first', async () => {
  deafen();
  await migrate(world);
  world.onDelete = () => undefined;
  for (const node of world.nodes.values()) node.hears = true;
  expect(await decide(world)).toMatchObject({ action: { kind: 'delete first route' } });
  expect(await migrate(world)).toBe('done');
});

test('the first route to go is one whose node is Ready: another one would prove nothing', async () => {
  await upTo(world, 'delete first route');
  const nodes = [...world.nodes.values()];
  for (const node of nodes.slice(0, -1)) node.notReady = true;
  expect(await decide(world)).toMatchObject({
    action: { kind: 'delete first route', route: { route: { nextHop: { name: nodes.at(-1)?.name } } } },
  });
});

test('routes come back without another look once the verdict is known, though a crash came before they did', async () => {
  deafen();
  world.onRemember = (mark, value) => {
    if (mark === MARKS.unreachedInstances && value !== '') world.crashes = [{ calls: 0, afterEffect: false }];
  };
  await migrate(world, () => Boolean(world.migration.marks[MARKS.unreachedInstances]));
  expect(world.routes.has(routeName(1))).toBe(false);
  world.onRemember = () => undefined;
  const looks = world.looks.length;
  expect(await migrate(world)).toMatch(/^blocked: NodeNotReached/);
  expect(world.routes.has(routeName(1))).toBe(true);
  expect(world.looks).toHaveLength(looks);
});

test('of a batch those that are not reached get their routes back', async () => {
  await migrate(world, () => MARKS.firstNodeReached in world.migration.marks);
  const [, deaf] = world.nodes.values();
  if (deaf !== undefined) deaf.hears = false;
  expect(await migrate(world)).toMatch(/^blocked: NodeNotReached/);
  expect(world.podRoutes().map(({ name }) => name)).toEqual([routeName(2)]);
});

test('the flag stays while a single node is not reached', async () => {
  await migrate(world, () => deletions(world).length === 3);
  const [first] = world.nodes.values();
  if (first !== undefined) first.hears = false;
  expect(await migrate(world)).toMatch(/^blocked: NodeNotReached: .* The overlap flag was left on/);
  expect(world.subnet.routesOverlapAllowed).toBe(true);
});

test('a first node that left in the meantime proves nothing: another one is chosen', async () => {
  world.onDelete = (name) => {
    if (name !== routeName(1)) return;
    world.nodes.delete(instanceName(1));
    world.instances.delete(instanceName(1));
  };
  await migrate(world, () => MARKS.firstNodeReached in world.migration.marks);
  expect(deletions(world)).toEqual([`delete ${routeName(1)}`, `delete ${routeName(2)}`]);
  expect(world.migration.marks[MARKS.firstNodeReached]).toBe(instanceName(2));
});

/** A node that stops being reached as soon as `mark` is set, and a crash after that many more calls. */
async function migrateThroughCrash(mark: string, deaf: number, calls: number): Promise<string> {
  await migrate(world, () => Boolean(world.migration.marks[mark]));
  for (const node of world.nodes.values()) node.hears = node.number !== deaf;
  world.crashes = [{ calls, afterEffect: true }];
  return await migrate(world);
}

test.each([
  ['the first route', MARKS.firstRoute, 1],
  ['a batch', MARKS.firstNodeReached, 2],
])(
  'wherever a crash comes between the deletion of %s and its end, the node gets its route back',
  async (_what, mark, deaf) => {
    for (let calls = 0; calls < 40; calls += 1) {
      world = worldOf(3);
      expect(await migrateThroughCrash(mark, deaf, calls)).toMatch(/^blocked: NodeNotReached/);
      expect(world.routes.get(routeName(deaf))?.destination).toBe(podCidr(deaf));
      expect(world.subnet.routesOverlapAllowed).toBe(true);
      expect(world.records.get(routeName(deaf))?.state).toBe('verified');
    }
  },
);

test('a batch whose check was cut off is checked before any other route is deleted', async () => {
  for (let calls = 0; calls < 75; calls += 1) {
    world = worldOf(60);
    expect(await migrateThroughCrash(MARKS.firstNodeReached, 2, calls)).toMatch(/^blocked: NodeNotReached/);
    // The first route and one batch of 25; and the one that failed, once more, if a crash kept the block from being written.
    expect(deletions(world).length).toBeLessThanOrEqual(27);
    expect(world.routes.get(routeName(2))?.destination).toBe(podCidr(2));
  }
});

test('what was seen of all nodes counts no more once another route is deleted', async () => {
  await migrate(world, () => Boolean(world.migration.marks[MARKS.allNodesReached]));
  world.migration = {
    ...world.migration,
    marks: { ...world.migration.marks, [MARKS.uncheckedRoutes]: routeName(2) },
  };
  const [, deaf] = world.nodes.values();
  if (deaf !== undefined) deaf.hears = false;
  expect(await migrate(world)).toMatch(/^blocked: NodeNotReached/);
  expect(world.subnet.routesOverlapAllowed).toBe(true);
});

import { describe, expect, test } from 'vitest';
import { AbortRefused, TerminalError } from '../../shared/engine/errors.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import type { RoundResult, Step, StepRun } from '../../shared/engine/step.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import type { Garden } from '../../shared/kubernetes/garden.ts';
import type { Strategy } from '../../shared/migration/plan.ts';
import { abort } from '../../shared/steps/abort/index.ts';
import { migrateRoutes } from '../../shared/steps/migrate-routes/index.ts';
import { unlessStopped } from '../../shared/steps/stops/index.ts';
import { askForTheWayBack, runBackIn } from '../steps/abort-run.ts';
import { type AbortWorld, readyToMigrate } from '../steps/abort-world.ts';
import { portWith } from '../steps/fixtures.ts';
import { runIn } from '../steps/routes-run.ts';
import { Crash, type RoutesWorld } from '../steps/routes-world.ts';

/** A life for each call of a migration. */
const LONG = { timeout: 300_000 };
const IGNORED = { 'shoot.gardener.cloud/ignore': 'true' };
const ASLEEP = { hibernation: { enabled: true } };

/** What the garden says of the Shoot, to all runs that follow. */
interface Owner {
  shoot: () => Promise<unknown>;
}

const says =
  (annotations: object, spec: object = {}) =>
  async () => ({
    metadata: { uid: 'u-1', annotations },
    spec: { provider: { workers: [{ name: 'worker' }] }, ...spec },
  });

function heeding(step: Step, run: StepRun, owner: Owner): Promise<RoundResult> {
  const garden = portWith<Garden>({ ...run.ports.garden, shoot: () => owner.shoot() });
  const ports: Ports = { ...run.ports, garden };
  const properties = Object.getOwnPropertyDescriptors(run);
  return unlessStopped(step).round(
    Object.defineProperties(Object.create(null), { ...properties, ports: { value: ports } }),
  );
}

/** Rounds of the step, each in a new process, until it stands still; what it said last. A crash is a round as well. */
async function until<World extends RoutesWorld>(
  world: World,
  round: (world: World) => Promise<RoundResult>,
  isEnd: (result: RoundResult) => boolean,
): Promise<RoundResult | 'died'> {
  for (let rounds = 0; rounds < 150; rounds += 1) {
    world.restart();
    try {
      const result = await round(world);
      if (isEnd(result) || result.kind === 'done' || result.kind === 'blocked') return result;
      world.passTime(result.kind === 'waiting' ? result.lookAgainAfterSeconds : 1);
    } catch (error) {
      if (error instanceof Crash) return 'died';
      // Blocked, and published again.
      if (!(error instanceof TerminalError)) throw error;
    }
  }
  throw new Error('no end');
}

const isStopped = (result: RoundResult) => result.kind === 'waiting' && result.reason === 'ShootIgnored';
const never = () => false;

function unreached(world: RoutesWorld): readonly string[] {
  return [...world.nodes.values()].filter((node) => !world.isReached(node)).map(({ name }) => name);
}

function worldFor(strategy: Strategy): AbortWorld {
  const { world } = readyToMigrate(3);
  const plan = {
    ...world.migration.plan,
    strategy,
    trafficLossAcknowledgedAt: world.migration.createdAt,
  };
  world.migration = { ...world.migration, position: 'migrate-routes', plan };
  return world;
}

const EVERY = ['before', 'after'] as const;

describe.each(['overlap', 'cutover'] as const)(
  '%s: a Shoot that is ignored when a run has died',
  (strategy) => {
    test.each(EVERY)(
      '%s any call stands still with its traffic, and is migrated once it is let go',
      LONG,
      async (when) => {
        let deaths = 0;
        for (let calls = 0; ; calls += 1) {
          const world = worldFor(strategy);
          const owner: Owner = { shoot: says({}) };
          const forth = (at: AbortWorld) => heeding(migrateRoutes, runIn(at), owner);
          world.crashes = [{ calls, afterEffect: when === 'after' }];
          if ((await until(world, forth, never)) !== 'died') break;
          deaths += 1;
          owner.shoot = says(IGNORED);
          expect(await until(world, forth, isStopped), `after ${calls} calls`).toMatchObject({
            reason: 'ShootIgnored',
          });
          expect(unreached(world), `after ${calls} calls`).toEqual([]);
          owner.shoot = says({});
          expect(await until(world, forth, never)).toMatchObject({ kind: 'done' });
          expect(unreached(world)).toEqual([]);
        }
        expect(deaths).toBeGreaterThan(40);
      },
    );

    test.each(EVERY)(
      '%s any call, and is to be led back, stands still with its traffic too',
      LONG,
      async (when) => {
        for (let calls = 0; ; calls += 1) {
          const world = worldFor(strategy);
          const owner: Owner = { shoot: says({}) };
          world.crashes = [{ calls, afterEffect: when === 'after' }];
          const forth = (at: AbortWorld) => heeding(migrateRoutes, runIn(at), owner);
          if ((await until(world, forth, never)) !== 'died') break;
          askForTheWayBack(world);
          owner.shoot = says(IGNORED);
          let refused = false;
          /** Where there is no way back the migration goes on forth. */
          const back = async (at: AbortWorld): Promise<RoundResult> => {
            if (refused) return await forth(at);
            try {
              return await heeding(abort, runBackIn(at), owner);
            } catch (error) {
              refused ||= error instanceof AbortRefused;
              if (!refused) throw error;
              return await forth(at);
            }
          };
          expect(await until(world, back, isStopped), `after ${calls} calls`).toMatchObject({
            reason: 'ShootIgnored',
          });
          expect(unreached(world), `after ${calls} calls`).toEqual([]);
        }
      },
    );
  },
);

test.each(EVERY)(
  'a range that takes the routes’ traffic is off again before anything stands still: died %s any call',
  LONG,
  async (when) => {
    let harmed = 0;
    for (let calls = 0; ; calls += 1) {
      const world = worldFor('overlap');
      world.hybridFallback = false;
      const owner: Owner = { shoot: says({}) };
      const forth = (at: AbortWorld) => heeding(migrateRoutes, runIn(at), owner);
      const isOff = () => world.migration.plan.strategy !== 'overlap';
      world.crashes = [{ calls, afterEffect: when === 'after' }];
      if ((await until(world, forth, isOff)) !== 'died') break;
      harmed += unreached(world).length > 0 ? 1 : 0;
      owner.shoot = says(IGNORED);
      await until(world, forth, isStopped);
      expect(unreached(world), `after ${calls} calls`).toEqual([]);
    }
    expect(harmed).toBeGreaterThan(0);
  },
);

/** Between the last deletion and the first alias: nobody is reached. */
async function inTheGap(): Promise<AbortWorld> {
  const world = worldFor('cutover');
  const owner: Owner = { shoot: says({}) };
  await until(
    world,
    (at) => heeding(migrateRoutes, runIn(at), owner),
    () => world.podRoutes().length === 0,
  );
  expect(unreached(world)).toHaveLength(3);
  return world;
}

test('a gap is ended although the garden gives no answer: nobody can be asked whether it may', async () => {
  const world = await inTheGap();
  const owner: Owner = { shoot: () => Promise.reject(new ClusterUnavailable('get Shoot', 'away')) };
  const round = () => heeding(migrateRoutes, runIn(world), owner);
  await expect(until(world, round, never)).rejects.toThrow(ClusterUnavailable);
  expect(unreached(world)).toEqual([]);
});

test('a gap of a cluster that falls asleep is ended while its API server answers, and waited with when it does not', async () => {
  const world = await inTheGap();
  const owner: Owner = { shoot: says({}, ASLEEP) };
  const run = runIn(world);
  const away = {
    ...run.ports.cluster,
    nodes: () => Promise.reject(new ClusterUnavailable('list', 'asleep')),
  };
  const asleep = Object.defineProperties(Object.create(null), {
    ...Object.getOwnPropertyDescriptors(run),
    ports: { value: { ...run.ports, cluster: away } },
  });
  expect(await heeding(migrateRoutes, asleep, owner)).toMatchObject({ reason: 'ShootHibernated' });
  const isAsleep = (result: RoundResult) => result.kind === 'waiting' && result.reason === 'ShootHibernated';
  await until(world, (at) => heeding(migrateRoutes, runIn(at), owner), isAsleep);
  expect(unreached(world)).toEqual([]);
});

test('a route that somebody else took is no reason to go on with what is stopped', async () => {
  const world = worldFor('overlap');
  const owner: Owner = { shoot: says({}) };
  const round = (at: AbortWorld) => heeding(migrateRoutes, runIn(at), owner);
  await until(world, round, () => world.records.size === 3);
  const [name = ''] = world.routes.keys();
  world.routes.delete(name);
  owner.shoot = says(IGNORED);
  expect(await round(world)).toMatchObject({ reason: 'ShootIgnored' });
});

test('another Shoot of the same name is not touched, whatever is known of the one before', async () => {
  const world = await inTheGap();
  const journal = world.journal.length;
  const owner: Owner = { shoot: async () => ({ metadata: { uid: 'u-2' } }) };
  expect(await heeding(migrateRoutes, runIn(world), owner)).toMatchObject({
    kind: 'blocked',
    reason: 'ShootReplaced',
    message: expect.stringContaining('u-2'),
  });
  expect(world.journal).toHaveLength(journal);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { onPause, onResume } from '../../shared/edge/handlers.ts';
import { resumeSchema } from '../../shared/engine/pause-target.ts';
import { goesOnAbout } from '../../shared/fleet/let-go.ts';
import { hasBegun, type Migration } from '../../shared/migration/migration.ts';
import { problemsOf } from '../../shared/migration/shoot.ts';
import { everyHold, type Release } from '../../shared/store/holds.ts';
import { mortalProcess } from '../support/mortal-process.ts';
import { AT, NOW } from '../view/migrations.ts';
import { type ToyFleet, toyFleet } from './toy-fleet.ts';

let fleet: ToyFleet;

beforeEach(() => {
  fleet = toyFleet();
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const shoots = NAMES.map((name) => ({ name }));
const isFree = ({ paused, active }: Migration) => active && !paused;

async function pauseShoot(name: string): Promise<void> {
  await onPause(fleet.engine, fleet.message({ shoot: `garden-core/${name}` }));
}

async function holds() {
  return (await everyHold(fleet.world.documents)).map(({ hold }) => hold);
}

describe('everything that is paused', () => {
  test('stands still, in the middle of a wave too, and nobody is let in', async () => {
    await fleet.set({ atOnce: 2 });
    await fleet.ask(...shoots);
    await fleet.minutes(1);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    await fleet.pauseAll();
    expect(await fleet.which(isFree)).toEqual([]);
    await fleet.minutes(60);
    expect(await fleet.begun()).toEqual(['a', 'b']);
    await fleet.resumeAll();
    await fleet.settle();
    expect(await fleet.which(isFree)).toEqual(NAMES);
    await fleet.minutes(90);
    expect(await fleet.which(({ status }) => status.kind === 'succeeded')).toEqual(NAMES);
    fleet.expectLawful();
  });

  test('holds what starts later, until it is let go', async () => {
    await fleet.pauseAll();
    await fleet.ask({ name: 'late' });
    expect(await fleet.of('late')).toMatchObject({ paused: true, pausedBy: 'all', outbox: [] });
    await fleet.resumeAll();
    await fleet.settle();
    expect(await fleet.begun()).toEqual(['late']);
  });

  test('stays paused where a project or namespace is held beside it', async () => {
    await fleet.ask({ name: 'a' }, { name: 'p', project: 'held' }, { name: 'n', namespace: 'garden-held' });
    await onPause(fleet.engine, fleet.message({ project: 'held' }));
    await fleet.pauseAll();
    await onPause(fleet.engine, fleet.message({ namespace: 'garden-held' }));
    await fleet.resumeAll();
    expect(await fleet.which(isFree)).toEqual(['a']);
    await onResume(fleet.engine, fleet.message({ project: 'held' }));
    await onResume(fleet.engine, fleet.message({ namespace: 'garden-held' }));
    expect(await fleet.which(isFree)).toEqual(['a', 'n', 'p']);
  });

  test.each([undefined, 5])(
    'stays paused where it was paused by its own name, before or after (resumed %s a minute)',
    async (perMinute) => {
      await fleet.ask(...shoots);
      await pauseShoot('a');
      await fleet.pauseAll();
      await pauseShoot('b');
      await fleet.resumeAll(perMinute);
      await fleet.minutes(5);
      expect(await fleet.which(({ paused }) => paused)).toEqual(['a', 'b']);
      await onResume(fleet.engine, fleet.message({ shoot: 'garden-core/b' }));
      expect(await fleet.which(({ paused }) => paused)).toEqual(['a']);
      expect(await holds()).toEqual([]);
    },
  );

  test('goes on where a shoot is resumed by its own name, and nowhere else', async () => {
    await fleet.ask(...shoots);
    await fleet.pauseAll();
    await onResume(fleet.engine, fleet.message({ shoot: 'garden-core/c' }));
    expect(await fleet.which(isFree)).toEqual(['c']);
  });

  test('is not paused by what is left of a pause that was taken back', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `s${index}` }));
    await fleet.ask(...many);
    let commits = 0;
    const wasResumed = Promise.withResolvers<void>();
    const overtaken = fleet.instance(({ method, target }) => {
      if (method !== 'commit' || !target.startsWith('migrations/')) return undefined;
      commits += 1;
      if (commits > 1) return { before: () => wasResumed.promise };
      return { after: () => fleet.resumeAll().then(() => wasResumed.resolve()) };
    });
    await onPause(overtaken, fleet.message({ all: true }));
    // Those whose writes were on their way.
    expect((await fleet.which(({ paused }) => paused)).length).toBeLessThan(10);
    await fleet.resumeAll();
    expect(await fleet.which(isFree)).toHaveLength(30);
  });
});

test.each([undefined, 3])(
  'a pause or resumption (%s a minute) that the bus brings again after the other one turns nothing round',
  async (perMinute) => {
    await fleet.ask(...shoots);
    const pausing = fleet.message({ all: true });
    const resuming = fleet.message({ all: true, ...(perMinute !== undefined && { perMinute }) });
    await onPause(fleet.engine, pausing);
    await onResume(fleet.engine, resuming);
    await fleet.minutes(5);
    expect(await onPause(fleet.engine, pausing)).toEqual({ kind: 'dealt with before' });
    expect(await fleet.which(({ paused }) => paused)).toEqual([]);
    await fleet.pauseAll();
    await onResume(fleet.engine, resuming);
    await fleet.minutes(3);
    expect(await fleet.which(isFree)).toEqual([]);
  },
);

test('a pause that died in the middle is done to the end when the bus brings it again', async () => {
  await fleet.ask(...shoots);
  let commits = 0;
  const dying = mortalProcess(({ method, target }) => {
    commits += method === 'commit' && target.startsWith('migrations/') ? 1 : 0;
    return commits === 4 ? 'before' : undefined;
  });
  const pausing = fleet.message({ all: true });
  void onPause(fleet.instance(dying.intercept), pausing);
  await fleet.world.clock.until(dying.died);
  expect((await fleet.which(({ paused }) => paused)).length).toBeLessThan(NAMES.length);
  await onPause(fleet.engine, pausing);
  expect(await fleet.which(({ paused }) => paused)).toEqual(NAMES);
});

describe('bit by bit', () => {
  beforeEach(async () => {
    await fleet.ask(...shoots);
    await fleet.pauseAll();
  });

  test('so many go on each minute, until nobody is left and the switch is off', async () => {
    expect(await fleet.resumeAll(3)).toEqual({ kind: 'resuming', perMinute: 3 });
    expect(await fleet.which(isFree)).toEqual([]);
    const free: number[] = [];
    for (let minute = 0; minute < 4; minute += 1) {
      await fleet.minutes(1);
      free.push((await fleet.which(({ paused }) => !paused)).length);
    }
    expect(free).toEqual([3, 6, 7, 7]);
    expect(await holds()).toEqual([]);
    const history = await fleet.engine.migrations.history((await fleet.of('a')).id);
    expect(history.find(({ event }) => event === 'resumed')).toMatchObject({
      by: 'schedule',
      who: { name: 'alice@example.com' },
    });
  });

  test('those first that move their routes, then the oldest', async () => {
    await fleet.engine.migrations.change((await fleet.of('g')).id, (current) => ({
      migration: {
        ...current,
        position: 'migrate-routes',
        steps: [{ name: 'migrate-routes', runs: 1, failures: 0, startedAt: current.createdAt }],
      },
    }));
    await fleet.resumeAll(2);
    await fleet.minutes(1);
    expect(await fleet.which(({ paused }) => !paused)).toEqual(['a', 'g']);
  });

  test('paused again in the middle, all stand still again', async () => {
    await fleet.resumeAll(2);
    await fleet.minutes(1);
    await fleet.pauseAll();
    await fleet.minutes(5);
    expect(await fleet.which(isFree)).toEqual([]);
    expect((await holds())[0]?.release).toBeUndefined();
  });

  test('said twice, the minute’s number is not had twice, and another number counts from then on', async () => {
    await fleet.resumeAll(2);
    await fleet.minutes(1);
    await fleet.resumeAll(2);
    await fleet.tick();
    expect(await fleet.which(({ paused }) => !paused)).toHaveLength(2);
    await fleet.resumeAll(4);
    await fleet.minutes(1);
    expect((await fleet.which(({ paused }) => !paused)).length).toBeLessThanOrEqual(7);
    expect((await fleet.which(({ paused }) => !paused)).length).toBeGreaterThanOrEqual(6);
  });

  test('said without a number while it goes on, the rest goes on at once', async () => {
    await fleet.resumeAll(1);
    await fleet.minutes(1);
    await fleet.resumeAll();
    expect(await fleet.which(({ paused }) => paused)).toEqual([]);
    expect(await holds()).toEqual([]);
  });

  test('what starts meanwhile goes on after the others', async () => {
    await fleet.resumeAll(3);
    await fleet.minutes(1);
    await fleet.ask({ name: 'late' });
    await fleet.minutes(1);
    expect(await fleet.of('late')).toMatchObject({ paused: true });
    await fleet.minutes(2);
    expect(await fleet.which(hasBegun)).toContain('late');
  });

  test('at the pace of the policy, where the resumption does not say', async () => {
    await fleet.set({ atOnce: 5, resumePerMinute: 2 });
    expect(await fleet.resumeAll()).toEqual({ kind: 'resuming', perMinute: 2 });
    await fleet.rollout({ off: true });
    await fleet.pauseAll();
    expect(await fleet.resumeAll()).toMatchObject({ kind: 'resumed' });
  });

  test('leaves alone what is held beside it, and does not wait for that', async () => {
    await onPause(fleet.engine, fleet.message({ project: 'toy-project' }));
    await fleet.resumeAll(2);
    await fleet.minutes(2);
    expect((await holds()).map(({ kind }) => kind)).toEqual(['project']);
    expect(await fleet.which(isFree)).toEqual([]);
  });

  test('lets nobody in before the last one went', async () => {
    await fleet.set({ atOnce: 9 });
    await fleet.ask({ name: 'h' });
    await fleet.resumeAll(4);
    await fleet.minutes(1);
    await fleet.minutes(1);
    expect(await fleet.begun()).not.toContain('h');
    await fleet.minutes(2);
    expect(await fleet.begun()).toContain('h');
  });
});

test('a damaged hold lets nobody go on and nobody in, and is told of', async () => {
  await fleet.set({ atOnce: 2 });
  await fleet.ask(...shoots);
  await fleet.world.documents.commit([{ kind: 'put', path: 'holds/all:shoots', fields: { kind: 'all' } }]);
  await expect(fleet.tick()).rejects.toThrow(/holds\/all:shoots cannot be understood/);
  expect(await fleet.which(({ gate }) => gate?.letIn !== undefined)).toEqual([]);
});

test('what is said about when somebody goes on counts by minutes and the pace', () => {
  const release: Release = { perMinute: 2, since: AT, minute: 0, inMinute: 2, count: 2, by: 'x' };
  const minutes = [0, 1, 2, 3, 4].map((place) => (goesOnAbout(release, place, NOW) - NOW) / 60_000);
  expect(minutes).toEqual([2, 2, 3, 3, 4]);
  const next = { ...release, inMinute: 0 };
  expect([0, 1, 2].map((place) => (goesOnAbout(next, place, NOW) - NOW) / 60_000)).toEqual([1, 1, 2]);
});

describe('a message', () => {
  test.each<[body: object, problem: RegExp]>([
    [{ all: false }, /^all: expected true/],
    [{ all: true, shoot: 'garden-core/a' }, /found 2/],
    [{ all: true, perMinute: 0 }, /^perMinute: expected a whole number from 1 to 1000/],
    [{ all: true, perMinute: 1.5 }, /^perMinute: /],
    [{ shoot: 'garden-core/a', perMinute: 3 }, /^perMinute: expected only beside "all": true/],
  ])('that cannot be meant is refused by its field: %j', (body, problem) => {
    const parsed = resumeSchema.safeParse(body);
    expect(parsed.error && problemsOf(parsed.error).join('; ')).toMatch(problem);
  });
});

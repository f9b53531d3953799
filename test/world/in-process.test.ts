import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createInProcessWorld,
  type InProcessOptions,
  type InProcessWorld,
  virtualClock,
} from '../../infra/local/in-process/index.ts';
import { Life } from '../../infra/local/in-process/life.ts';
import { seededRandom } from '../../infra/local/random.ts';
import type { HistoryEntry } from '../../shared/migration/history.ts';

async function startWorld(options: InProcessOptions): Promise<InProcessWorld> {
  const world = await createInProcessWorld(options);
  onTestFinished(() => world.stop());
  await world.changeShoot();
  return world;
}

async function historyOf(world: InProcessWorld): Promise<readonly HistoryEntry[]> {
  return world.migration === undefined ? [] : await world.migrations.history(world.migration.id);
}

async function podRoutesOf({ clock, compute }: InProcessWorld) {
  const routes = await clock.until(compute.actors.listRoutes());
  return routes.filter(({ description }) => description === 'k8s-node-route');
}

describe('the virtual clock', () => {
  test('wakes thousands of sleepers in the order of their times, those of one instant as they fell asleep', async () => {
    const clock = virtualClock(0);
    const random = seededRandom(1);
    const asked = Array.from({ length: 3_000 }, (_, index) => ({
      index,
      milliseconds: Math.floor(random() * 500),
    }));
    const woken: typeof asked = [];
    for (const sleeper of asked) {
      void clock.sleep(sleeper.milliseconds).then(() => {
        expect(clock.now()).toBe(sleeper.milliseconds);
        woken.push(sleeper);
      });
    }
    await clock.advance(1_000);
    const expected = asked.toSorted(
      (one, other) => one.milliseconds - other.milliseconds || one.index - other.index,
    );
    expect(woken).toEqual(expected);
  });

  test('never wakes who was interrupted, and forgets nobody else over that', async () => {
    const clock = virtualClock(0);
    const interruption = new AbortController();
    const woken: number[] = [];
    const interrupted: number[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      const signal = index % 3 === 0 ? undefined : interruption.signal;
      clock.sleep(5_000 - index, signal).then(
        () => woken.push(index),
        () => interrupted.push(index),
      );
    }
    await clock.advance(100);
    interruption.abort(new Error('enough'));
    await clock.advance(5_000);
    const first = Array.from({ length: 100 }, (_, step) => 4_999 - step);
    const third = Array.from({ length: 5_000 }, (_, index) => index).filter((index) => index % 3 === 0);
    expect(woken.toSorted((one, other) => one - other)).toEqual(
      [...new Set([...first, ...third])].toSorted((one, other) => one - other),
    );
    expect(interrupted.length + woken.length).toBe(5_000);
    expect(clock.asleep()).toEqual([]);
  });

  test('waits for who goes on over several turns of the event loop before it lets time pass', async () => {
    const clock = virtualClock(0);
    const instants: number[] = [];
    void clock.sleep(10).then(async () => {
      for (let turns = 0; turns < 2; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      instants.push(clock.now());
    });
    void clock.sleep(20).then(() => instants.push(clock.now()));
    await clock.advance(30);
    expect(instants).toEqual([10, 20]);
  });
});

test('when a life has ended, nothing of it goes on: no answer, no error and no timer', async () => {
  const clock = virtualClock(0);
  const life = new Life();
  const lines: string[] = [];
  const wentOn = (line: string) => () => void lines.push(line);
  life.within(async () => life.end()).then(wentOn('after its last call'), wentOn('in a catch block'));
  const failing = async () => {
    throw new Error('too late');
  };
  life.within(failing).then(wentOn('after a call'), wentOn('in a catch block'));
  life.clock(clock).sleep(5).then(wentOn('after a pause'), wentOn('in a catch block'));
  await clock.advance(10);
  expect(lines).toEqual([]);
});

describe('a world in one process, on virtual time', () => {
  test('30 nodes become dual-stack through the real engine and adapters, and no pod traffic is lost', {
    timeout: 60_000,
  }, async () => {
    const world = await startWorld({ nodes: 30, strategy: 'overlap' });
    const { status, plan } = await world.runUntil('ended');
    expect(status.kind).toBe('succeeded');
    expect(plan.strategy).toBe('overlap');
    expect(world.gaps()).toEqual([]);
    expect(await podRoutesOf(world)).toEqual([]);
    expect(world.runLog.longestRunSeconds()).toBeLessThanOrEqual(300);
    const counted = world.runLog.runsOf('migrate-routes').reduce((sum, { calls }) => {
      return sum + (calls['routes.delete'] ?? 0);
    }, 0);
    expect(counted).toBe(30);
  });

  test('one seed leads to one history, to the millisecond, and another seed to another', {
    timeout: 60_000,
  }, async () => {
    const times = async (seed: number) => {
      const world = await startWorld({ nodes: 4, strategy: 'overlap', seed });
      await world.runUntil((migration) => migration?.position === 'check-nodes');
      return (await historyOf(world)).map(({ at, message }) => `${at} ${message}`);
    };
    const [first, again, other] = [await times(7), await times(7), await times(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test.each(['before', 'after'] as const)(
    'an instance that dies %s a deletion is followed by another one, and nothing is lost or done twice',
    { timeout: 60_000 },
    async (when) => {
      const world = await startWorld({ nodes: 5, strategy: 'overlap' });
      const died = world.killAt(({ method }) => method === 'deleteRoute', when, 3);
      let deaths = 0;
      void died.then(() => {
        deaths += 1;
      });
      await world.runUntil((migration) => migration?.position === 'check-nodes');
      expect(deaths).toBe(1);
      expect(world.runLog.runs.filter(({ ending }) => ending === 'died')).toHaveLength(1);
      expect(world.gaps()).toEqual([]);
      expect(await podRoutesOf(world)).toEqual([]);
      const deletions = world.compute.calls().byMethod['routes.delete'];
      expect(deletions).toBe(5);
    },
  );

  test('a call that fails makes the message come again, and the migration goes on', {
    timeout: 60_000,
  }, async () => {
    const world = await startWorld({ nodes: 3, strategy: 'overlap' });
    let failures = 0;
    world.onCall(({ method, step }) => {
      if (step !== 'migrate-routes' || method !== 'addSecondaryRange' || failures > 0) return undefined;
      failures += 1;
      return new Error('the cloud is away (a test)');
    });
    await world.runUntil((migration) => migration?.position === 'check-nodes');
    expect(failures).toBe(1);
    const runs = world.runLog.runsOf('migrate-routes');
    const failed = runs.findIndex(({ ending }) => ending === 'failed');
    // The first pause of the back-off; the scheduler's tick would take longer.
    const again = (runs[failed]?.endedAt ?? 0) + 10_000;
    expect(runs[failed + 1]).toMatchObject({ ending: 'acknowledged', startedAt: again });
  });

  test('code runs at its simulated time, and time passes only while the world is let', {
    timeout: 60_000,
  }, async () => {
    const world = await startWorld({ nodes: 1 });
    const begin = world.clock.now();
    const instants: number[] = [];
    world.after(90, () => instants.push(world.clock.now() - begin));
    expect(world.clock.now()).toBe(begin);
    await world.runUntil((migration) => migration?.position === 'migrate-routes');
    expect(instants).toEqual([90_000]);
  });

  test('who waits in vain is told how the migration stands', { timeout: 60_000 }, async () => {
    const world = await startWorld({ nodes: 1 });
    await expect(world.runUntil(() => false, 60)).rejects.toThrow(/enable-ipv6-subnets waiting/);
  });
});

import { describe, expect, test } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { LeaseLost } from '../../shared/engine/errors.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult, StepRun } from '../../shared/engine/step.ts';
import { tick } from '../../shared/engine/tick.ts';
import { portWith } from '../steps/fixtures.ts';
import { commitsTo, gate, hangs, onNth } from '../support/interception.ts';
import { mortalProcess } from '../support/mortal-process.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestWorld, testEngine, testWorld } from '../support/test-engine.ts';
import { toyRecord } from '../support/toy-steps.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

const WAITS_LONG: RoundResult = {
  kind: 'waiting',
  reason: 'Rolling',
  message: 'nodes are rolled',
  lookAgainAfterSeconds: 600,
};

describe('a holder that slept through its lease is refused', () => {
  const writes: Readonly<Record<string, (run: StepRun) => Promise<unknown>>> = {
    'to set a mark': (run) => run.remember('mark', 'of the late one'),
    'to show progress': (run) => run.report({ done: 1, total: 1, unit: 'late ones' }),
    'to store records of pod routes': (run) => run.savePodRoutes([toyRecord('late', run)]),
    'to conclude': async () => undefined,
    'to throw': () => Promise.reject(new Error('late')),
  };
  describe.each([
    { where: 'the next holder is at work', next: () => hangs() },
    { where: 'the next holder has let go', next: async () => WAITS_LONG },
  ])('when $where', ({ next }) => {
    test.each(Object.keys(writes))('%s', async (write) => {
      const world = testWorld();
      const suspension = gate();
      const sleeper = suspendable(world, suspension.pass, async (run) => {
        await writes[write]?.(run);
        return DONE;
      });
      const successor = testEngine({ world, steps: [scriptedStep(FIRST, next)] });
      const migration = await startedMigration(successor);

      const slept = runStep(sleeper, FIRST, nudgeFor(migration));
      await suspension.arrived;
      await world.clock.advance(91_000);
      const continued = runStep(successor, FIRST, nudgeFor(migration));
      await world.clock.advance(1);
      const before = await stored(successor, migration);
      expect(before.fence).toBe(2);
      suspension.open();

      if (write === 'to throw') await expect(slept).rejects.toThrow('late');
      else expect(await slept).toEqual({ kind: 'lease lost', migration: migration.id });
      expect(await stored(successor, migration)).toEqual(before);
      expect(await successor.migrations.podRoutes(migration.id)).toEqual(new Map());
      // The next holder, if it is at work, is left alone to hang.
      void continued;
    });
  });
});

test('a run that wakes after its lease asks cloud and cluster for nothing more, though no timer has told it yet', async () => {
  const world = testWorld();
  const suspension = gate();
  const asked: string[] = [];
  const openPorts = async (): Promise<Ports> => ({
    compute: portWith<Ports['compute']>({ deleteRoute: async (name) => void asked.push(name) }),
    cluster: portWith({}),
    garden: portWith({}),
    reachability: portWith({}),
  });
  const step = scriptedStep(FIRST, async (run) => {
    await run.ports.compute.deleteRoute('before');
    await suspension.pass();
    await run.ports.compute.deleteRoute('after');
    return DONE;
  });
  const sleeper = testEngine({ world: { ...world, clock: stalled(world.clock) }, steps: [step], openPorts });
  const migration = await startedMigration(sleeper);
  const slept = runStep(sleeper, FIRST, nudgeFor(migration));
  await suspension.arrived;
  await world.clock.advance(91_000);
  suspension.open();
  expect(await slept).toEqual({ kind: 'lease lost', migration: migration.id });
  expect(asked).toEqual(['before']);
});

/** An instance whose only round stands still, with its clock, until the gate opens; then it does `afterwards`. */
function suspendable(
  world: TestWorld,
  pass: () => Promise<void>,
  afterwards: (run: StepRun) => Promise<RoundResult>,
) {
  const step = scriptedStep(FIRST, async (run) => {
    await pass();
    return await afterwards(run);
  });
  return testEngine({ world: { ...world, clock: stalled(world.clock) }, steps: [step] });
}

/** Timers of a suspended process do not fire; what it reads when it wakes is the time of the others. */
function stalled(clock: VirtualClock): VirtualClock {
  const sleep: Clock['sleep'] = (_, signal) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  return { ...clock, sleep };
}

test('a long act keeps its lease: nudges that come meanwhile are turned away and the tick leaves it alone', async () => {
  const step = scriptedStep(
    FIRST,
    async ({ clock, signal }) => {
      await clock.sleep(280_000, signal);
      return { kind: 'acted', description: 'took its time' };
    },
    DONE,
  );
  const engine = testEngine({ steps: [step], limits: { runSeconds: 285 } });
  const migration = await startedMigration(engine);
  const run = runStep(engine, FIRST, nudgeFor(migration));
  for (let second = 20; second < 280; second += 20) {
    await engine.clock.advance(20_000);
    const other = await runStep(engine, FIRST, nudgeFor(migration));
    expect(other, `after ${second} s`).toMatchObject({ kind: 'not run', reason: 'AlreadyRunning' });
    expect((await tick(engine)).actions, `after ${second} s`).toEqual([]);
  }
  expect(await engine.clock.until(run)).toMatchObject({ kind: 'ran', outcome: 'done' });
  expect(await stored(engine, migration)).toMatchObject({ fence: 1, steps: [{ name: FIRST, runs: 1 }] });
});

test('a run whose lease is somebody else’s is stopped in the middle of its act, at the next heartbeat', async () => {
  let stoppedBy: unknown;
  const step = scriptedStep(FIRST, async ({ clock, signal }) => {
    await clock.sleep(200_000, signal).catch((error: unknown) => {
      stoppedBy = error;
      throw error;
    });
    return DONE;
  });
  const engine = testEngine({ steps: [step] });
  const migration = await startedMigration(engine);
  const run = runStep(engine, FIRST, nudgeFor(migration));
  await engine.clock.advance(10_000);
  await engine.migrations.change(migration.id, (current) => ({
    migration: {
      ...current,
      fence: 2,
      lease: current.lease && { ...current.lease, holder: 'another', fence: 2 },
    },
  }));
  const began = engine.clock.now();
  expect(await engine.clock.until(run)).toEqual({ kind: 'lease lost', migration: migration.id });
  expect(stoppedBy).toBeInstanceOf(LeaseLost);
  expect(engine.clock.now() - began).toBeLessThanOrEqual(30_000);
});

test('a step whose runs die every time is blocked after the sixth, and an operator can try again', async () => {
  const world = testWorld();
  const step = scriptedStep(FIRST, () => hangs());
  const engine = testEngine({ world, steps: [step] });
  const migration = await startedMigration(engine);
  const dies = async (cause?: 'operator') => {
    const process = mortalProcess(() => undefined);
    const doomed = testEngine({ world: { ...world, clock: process.clockOf(world.clock) }, steps: [step] });
    void runStep(doomed, FIRST, nudgeFor(migration, cause));
    await world.clock.advance(1);
    process.kill();
    await world.clock.advance(91_000);
  };
  for (let death = 1; death <= 6; death += 1) await dies();
  expect(await stored(engine, migration)).toMatchObject({ status: { kind: 'running' }, fence: 6 });
  await dies();
  expect(await stored(engine, migration)).toMatchObject({
    status: { kind: 'blocked', reason: 'RunsDie' },
    fence: 6,
  });
  await dies('operator');
  expect(await stored(engine, migration)).toMatchObject({ status: { kind: 'running' }, fence: 7 });
});

test('a run that cannot renew its lease stops acting when the lease runs out, though nobody can tell it', async () => {
  let away = false;
  let stoppedBy: unknown;
  const step = scriptedStep(FIRST, async ({ clock, signal }) => {
    away = true;
    await clock.sleep(200_000, signal).catch((error: unknown) => {
      stoppedBy = error;
      throw error;
    });
    return DONE;
  });
  const engine = testEngine({
    steps: [step],
    intercept: ({ port }) => (away && port === 'documents' ? { before: () => hangs() } : undefined),
  });
  const migration = await startedMigration(engine);
  void runStep(engine, FIRST, nudgeFor(migration));
  await engine.clock.advance(89_000);
  expect(stoppedBy).toBeUndefined();
  await engine.clock.advance(2_000);
  expect(stoppedBy).toBeInstanceOf(LeaseLost);
});

test.each([
  { end: 'came to an outcome', round: async () => WAITS_LONG },
  { end: 'failed', round: () => Promise.reject(new Error('quota exceeded')) },
])('a run that $end leaves no timer behind', async ({ round }) => {
  const engine = testEngine({ steps: [scriptedStep(FIRST, round)] });
  const migration = await startedMigration(engine);
  await Promise.allSettled([runFirst(engine, migration)]);
  expect(engine.clock.asleep()).toEqual([]);
});

test('a lease whose holder died is taken over by the tick once it has run out, not before', async () => {
  const world = testWorld();
  const step = scriptedStep(FIRST, () => hangs(), DONE);
  const process = mortalProcess(() => undefined);
  const doomed = testEngine({ world: { ...world, clock: process.clockOf(world.clock) }, steps: [step] });
  const engine = testEngine({ world, steps: [step] });
  const migration = await startedMigration(engine);
  void runStep(doomed, FIRST, nudgeFor(migration));
  await world.clock.advance(1);
  process.kill();

  await world.clock.advance(89_000);
  expect((await tick(engine)).actions).toEqual([]);
  await world.clock.advance(1_000);
  expect((await tick(engine)).actions).toEqual([
    { migration: migration.id, action: 'took over from a dead run' },
  ]);
  const nudge = world.bus.published.at(-1);
  expect(nudge).toEqual({ topic: FIRST, nudge: nudgeFor(migration, 'schedule') });
  const result = await runFirst(engine, migration, 'schedule');
  expect(result).toMatchObject({ kind: 'ran', outcome: 'done' });
  expect(await stored(engine, migration)).toMatchObject({ fence: 2, steps: [{ name: FIRST, runs: 2 }] });
});

test('a step that hangs and heeds no signal loses its lease after the run’s hard limit', async () => {
  const engine = testEngine({ steps: [scriptedStep(FIRST, () => hangs())] });
  const migration = await startedMigration(engine);
  void runStep(engine, FIRST, nudgeFor(migration));
  await engine.clock.advance((290 + 91) * 1000);
  expect((await tick(engine)).actions).toMatchObject([{ action: 'took over from a dead run' }]);
});

test('what a run sees of its migration is never older than what it wrote last', async () => {
  const world = testWorld();
  const starter = testEngine({ world });
  const migration = await startedMigration(starter);
  const slowAnswer = gate();
  let seen: Readonly<Record<string, string>> = {};
  const step = scriptedStep(FIRST, async (run) => {
    // The heartbeat's write is applied, but its answer is long on its way.
    await run.clock.sleep(31_000, run.signal);
    const remembered = run.remember('restarted', 'once');
    await run.clock.sleep(1_000, run.signal);
    slowAnswer.open();
    await remembered;
    await run.clock.sleep(1_000, run.signal);
    seen = run.migration.marks;
    return WAITS_LONG;
  });
  const engine = testEngine({
    world,
    steps: [step],
    // The first write is the claim, the second one the heartbeat.
    intercept: onNth(2, commitsTo(`migrations/${migration.id}`), { after: slowAnswer.pass }),
  });
  await runFirst(engine, migration);
  expect(seen).toEqual({ restarted: 'once' });
});

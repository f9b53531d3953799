import { describe, expect, test } from 'vitest';
import { abort } from '../../shared/engine/abort.ts';
import { takeInShootChange } from '../../shared/engine/intake.ts';
import type { Nudge } from '../../shared/engine/nudge.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import type { StepName } from '../../shared/migration/steps.ts';
import { hangs } from '../support/interception.ts';
import { DONE, FIRST, SECOND, scriptedStep } from '../support/scripted-step.ts';
import { eventsOf, nudgeFor, runFirst, startedMigration, stored } from '../support/started-migration.ts';
import { type TestEngine, testEngine } from '../support/test-engine.ts';
import { toyShoot } from '../support/toy-shoot.ts';
import { at, SHUT_WINDOW } from '../support/toy-times.ts';

const BY_HAND = { shoot: 'garden-core/api', cause: 'operator' as const };
const ACKNOWLEDGED = { ...BY_HAND, acknowledgeTrafficLoss: true as const };
const NOW = at(testEngine().clock.now());
const begun = { steps: [{ name: SECOND, runs: 1, failures: 0, startedAt: NOW }] };
const blocked: Partial<Migration> = {
  status: { kind: 'blocked', since: NOW, reason: 'R', message: 'm', remedy: 'r' },
};

async function nudged(engine: TestEngine, step: StepName, nudge: Nudge) {
  return await engine.clock.until(runStep(engine, step, nudge));
}

describe('the acknowledgement that traffic may be lost', () => {
  test('is in the plan before the step runs, also where that was blocked', async () => {
    let seen: string | undefined;
    const step = scriptedStep(SECOND, async ({ migration }) => {
      seen = migration.plan.trafficLossAcknowledgedAt;
      return DONE;
    });
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine, { ...blocked, position: SECOND });
    expect(await nudged(engine, SECOND, ACKNOWLEDGED)).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect(seen).toBe(NOW);
    const history = await engine.migrations.history(migration.id);
    expect(history.find(({ event }) => event === 'acknowledged')).toMatchObject({ by: 'operator' });
  });

  test('is given once, however often it is said', async () => {
    const step = scriptedStep(FIRST, { kind: 'blocked', reason: 'R', message: 'm.', remedy: 'r.' });
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await nudged(engine, FIRST, ACKNOWLEDGED);
    await engine.clock.advance(60_000);
    await nudged(engine, FIRST, ACKNOWLEDGED);
    expect((await stored(engine, migration)).plan.trafficLossAcknowledgedAt).toBe(NOW);
    const events = await eventsOf(engine, migration);
    expect(events.filter((event) => event === 'acknowledged')).toHaveLength(1);
  });

  test('survives a plan that is stored by a run which did not know of it', async () => {
    const step = scriptedStep(FIRST, async (run) => {
      const { plan } = run.migration;
      await runStep(engine, FIRST, ACKNOWLEDGED);
      await run.replan({ ...plan, why: 'it fits' }, 'overlap, since it fits');
      return DONE;
    });
    const engine: TestEngine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    expect((await stored(engine, migration)).plan).toMatchObject({
      why: 'it fits',
      trafficLossAcknowledgedAt: NOW,
    });
  });

  test('is no operator’s when the engine says it: ignored, on record', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, DONE)] });
    const migration = await startedMigration(engine);
    const nudge = { ...nudgeFor(migration), acknowledgeTrafficLoss: true as const };
    expect(await nudged(engine, FIRST, nudge)).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect((await stored(engine, migration)).plan.trafficLossAcknowledgedAt).toBeUndefined();
    expect(await eventsOf(engine, migration)).toContain('refused NotAnOperator');
  });
});

describe('the wish for a strategy', () => {
  const ROLLOVER = { ...BY_HAND, strategy: 'rollover' as const };

  test('is in the plan when the preflight runs, which it does again at once', async () => {
    const seen: unknown[] = [];
    const preflight = scriptedStep(FIRST, async ({ migration }) => {
      seen.push(migration.plan.wish);
      return DONE;
    });
    const engine = testEngine({ steps: [preflight] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    expect(await nudged(engine, FIRST, ROLLOVER)).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect(seen).toEqual([undefined, 'rollover']);
    expect(await stored(engine, migration)).toMatchObject({ position: SECOND, plan: { wish: 'rollover' } });
  });

  test('with a nudge for the next step leads back to the preflight, which is nudged', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, DONE), scriptedStep(SECOND, DONE)] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    const result = await nudged(engine, SECOND, ROLLOVER);
    expect(result).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
    expect(await stored(engine, migration)).toMatchObject({ position: FIRST, plan: { wish: 'rollover' } });
    expect(engine.world.bus.published.at(-1)).toEqual({ topic: FIRST, nudge: nudgeFor(migration) });
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
  });

  test('is refused, on record, once another step has begun', async () => {
    const engine = testEngine({ steps: [scriptedStep(SECOND, DONE)] });
    const migration = await startedMigration(engine, { position: SECOND, ...begun });
    await nudged(engine, SECOND, ROLLOVER);
    expect((await stored(engine, migration)).plan.wish).toBeUndefined();
    expect(await eventsOf(engine, migration)).toContain('refused StrategyFixed');
  });

  test('is refused while the preflight makes the plan without knowing of it', async () => {
    const engine = testEngine({ steps: [scriptedStep(FIRST, () => hangs())] });
    const migration = await startedMigration(engine);
    void runStep(engine, FIRST, nudgeFor(migration));
    await engine.clock.advance(1);
    await nudged(engine, FIRST, ROLLOVER);
    expect((await stored(engine, migration)).plan.wish).toBeUndefined();
    expect(await eventsOf(engine, migration)).toContain('refused PlanBeingMade');
  });
});

describe('what an operator says with the change of the shoot', () => {
  test('goes into the plan of the migration that it starts', async () => {
    const engine = testEngine();
    const result = await takeInShootChange(engine, {
      before: toyShoot(['IPv4']),
      after: toyShoot(['IPv4', 'IPv6']),
      project: 'toy-project',
      wishes: { strategy: 'cutover', acknowledgeTrafficLoss: true },
    });
    const [migration] = await engine.migrations.active();
    expect(result).toEqual({ kind: 'started', migration: migration?.id });
    expect(migration?.plan).toMatchObject({ wish: 'cutover', trafficLossAcknowledgedAt: NOW });
    expect(migration && (await eventsOf(engine, migration))).toEqual([
      'started',
      'constraint NodesNotMigrated',
      'acknowledged',
      'wished',
    ]);
  });

  test('and nothing else stands there before the preflight', async () => {
    const { plan } = await startedMigration(testEngine());
    expect(plan).toMatchObject({ strategy: 'overlap', findings: [], why: '' });
    const { madeAt, wish, trafficLossAcknowledgedAt } = plan;
    expect([madeAt, wish, trafficLossAcknowledgedAt]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the preflight', () => {
  const plans: RoundResult = { kind: 'acted', description: 'made the plan' };

  test('runs outside the window, and the step after it waits for that', async () => {
    const second = scriptedStep(SECOND, DONE);
    const engine = testEngine({ steps: [scriptedStep(FIRST, plans, DONE), second] });
    const migration = await startedMigration(engine, {}, toyShoot(['IPv4', 'IPv6'], SHUT_WINDOW));
    expect(await runFirst(engine, migration)).toMatchObject({ kind: 'ran', outcome: 'done' });
    const next = await nudged(engine, SECOND, nudgeFor(migration));
    expect(next).toMatchObject({ kind: 'waits for the maintenance window' });
    expect(second.rounds()).toBe(0);
  });

  test('stores the plan with a line of the history that says why', async () => {
    const step = scriptedStep(FIRST, async (run) => {
      const plan = { ...run.migration.plan, strategy: 'rollover' as const, madeAt: NOW };
      await run.replan(plan, 'rollover, since the pod range is taken');
      expect(run.migration.plan).toEqual(plan);
      return DONE;
    });
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await runFirst(engine, migration);
    expect((await stored(engine, migration)).plan).toMatchObject({ strategy: 'rollover', madeAt: NOW });
    const history = await engine.migrations.history(migration.id);
    expect(history.find(({ event }) => event === 'planned')).toMatchObject({
      step: FIRST,
      message: 'rollover, since the pod range is taken',
    });
  });

  test.each<[what: string, changes: Partial<Migration>]>([
    ['when the next step is ready', {}],
    [
      'when the next step waits for its window',
      { status: { kind: 'waiting', since: NOW, reason: 'R', message: 'm' }, wakeAt: at(Date.parse(NOW) + 1) },
    ],
  ])('runs again at an operator’s nudge as long as nothing else has begun: %s', async (_, changes) => {
    const preflight = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [preflight] });
    const migration = await startedMigration(engine, { position: SECOND, ...changes });
    expect(await nudged(engine, FIRST, BY_HAND)).toMatchObject({ kind: 'ran', outcome: 'done' });
    expect(preflight.rounds()).toBe(1);
    expect(await stored(engine, migration)).toMatchObject({ position: SECOND, status: { kind: 'ready' } });
  });

  test.each<[what: string, changes: Partial<Migration>, nudge: (migration: Migration) => Nudge]>([
    ['once another step has begun', { position: SECOND, ...begun }, () => BY_HAND],
    [
      'once a later one has',
      { position: SECOND, steps: [{ name: 'check-nodes', runs: 1, failures: 0, startedAt: NOW }] },
      () => BY_HAND,
    ],
    ['at the engine’s nudge', { position: SECOND }, (migration) => nudgeFor(migration)],
  ])('does not run again %s', async (_, changes, nudge) => {
    const preflight = scriptedStep(FIRST, DONE);
    const engine = testEngine({ steps: [preflight] });
    const migration = await startedMigration(engine, changes);
    const result = await nudged(engine, FIRST, nudge(migration));
    expect(result).toMatchObject({ kind: 'not run', reason: 'NotTheCurrentStep' });
    expect(preflight.rounds()).toBe(0);
    expect((await stored(engine, migration)).position).toBe(SECOND);
  });

  test('cannot be taken out of the plan by itself, which would end the migration', async () => {
    const step = scriptedStep(FIRST, async (run) => {
      const { plan } = run.migration;
      await run.replan({ ...plan, steps: plan.steps.slice(1) }, 'without myself');
      return DONE;
    });
    const engine = testEngine({ steps: [step] });
    const migration = await startedMigration(engine);
    await expect(runFirst(engine, migration)).rejects.toThrow('preflight is no step of the plan');
    expect(await stored(engine, migration)).toMatchObject({ active: true, status: { kind: 'ready' } });
  });

  test('does not run again on the way back', async () => {
    const back = scriptedStep('abort', { kind: 'blocked', reason: 'R', message: 'm.', remedy: 'r.' });
    const engine = testEngine({ steps: [scriptedStep(FIRST, DONE), back] });
    await startedMigration(engine);
    await abort(engine, BY_HAND);
    expect(await nudged(engine, FIRST, BY_HAND)).toMatchObject({ reason: 'NotTheCurrentStep' });
  });
});

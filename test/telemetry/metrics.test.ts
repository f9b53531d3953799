import { expect, onTestFinished, test } from 'vitest';
import { createInProcessWorld } from '../../infra/local/in-process/index.ts';
import type { Ports } from '../../shared/engine/ports.ts';
import { runStep } from '../../shared/engine/run-step.ts';
import type { RoundResult } from '../../shared/engine/step.ts';
import type { Telemetry } from '../../shared/engine/telemetry.ts';
import { tick } from '../../shared/engine/tick.ts';
import type { NodesByCarrier } from '../../shared/migration/nodes-by-carrier.ts';
import { watchEngine } from '../../shared/telemetry/index.ts';
import type { Sink } from '../../shared/telemetry/sink.ts';
import { DONE, FIRST, scriptedStep } from '../support/scripted-step.ts';
import { startedMigration } from '../support/started-migration.ts';
import { type TestEngine, testEngine } from '../support/test-engine.ts';
import { type Collector, startCollector } from './collector.ts';
import { recordedLog, watchingFor } from './watching.ts';

const BLOCK: RoundResult = { kind: 'blocked', reason: 'NoFreeBlock', message: 'None.', remedy: 'Make one.' };

interface Watched {
  readonly engine: TestEngine & { readonly telemetry: Telemetry };
  readonly collector: Collector;
  readonly lines: ReturnType<typeof recordedLog>['lines'];
  /** Points of a metric, as the newest export has them. */
  exported(name: string): Promise<readonly { attributes: object; value: number; sum?: number }[]>;
}

async function watched(toy: TestEngine): Promise<Watched> {
  const collector = await startCollector();
  const { log, lines } = recordedLog();
  const telemetry = watchingFor(collector.url, { clock: toy.clock, project: 'toy-project', log });
  const engine = { ...toy, log, telemetry };
  return {
    engine,
    collector,
    lines,
    exported: async (name) => {
      const before = collector.metrics.length;
      await telemetry.flush({ everything: true });
      const found = collector.metrics
        .slice(before)
        .filter((metric) => metric.name === `shoot_dualstack.${name}`);
      return found.flatMap(({ points }) => points);
    },
  };
}

test('what is blocked goes up, and comes down to 0 when somebody has mended it', async () => {
  const steps = [scriptedStep(FIRST, BLOCK, DONE)];
  const { engine, exported, lines } = await watched(testEngine({ steps }));
  const { shoot } = await startedMigration(engine);
  await tick(engine);
  expect(await exported('blocked')).toEqual([]);
  await runStep(engine, FIRST, { shoot: shoot.key, cause: 'engine' });
  await tick(engine);
  expect(await exported('blocked')).toEqual([{ attributes: { reason: 'NoFreeBlock' }, value: 1 }]);
  const blockedLine = { message: 'migrations blocked for this reason now', reason: 'NoFreeBlock', count: 1 };
  expect(lines).toContainEqual(expect.objectContaining(blockedLine));
  await runStep(engine, FIRST, { shoot: shoot.key, cause: 'operator' });
  await tick(engine);
  expect(await exported('blocked')).toEqual([{ attributes: { reason: 'NoFreeBlock' }, value: 0 }]);
  // Nobody has looked since: nothing is said of now.
  expect(await exported('blocked')).toEqual([]);
});

test('each migration under way is in one phase', async () => {
  const { engine, exported } = await watched(testEngine({ steps: [scriptedStep(FIRST, BLOCK)] }));
  const { shoot } = await startedMigration(engine);
  await runStep(engine, FIRST, { shoot: shoot.key, cause: 'engine' });
  await tick(engine);
  const points = await exported('migrations');
  expect(points).toContainEqual({ attributes: { phase: 'blocked' }, value: 1 });
  expect(points.map(({ value }) => value).reduce((sum, value) => sum + value)).toBe(1);
  expect(points.map(({ attributes }) => Object.values(attributes)[0])).toEqual([
    'blocked',
    'running',
    'going back',
    'planning',
    'waiting',
    'paused',
  ]);
});

test('the seconds of a run count under its step and what it came to', async () => {
  const long = async (): Promise<RoundResult> => {
    await engine.clock.sleep(30_000);
    return DONE;
  };
  const toy = testEngine({ steps: [scriptedStep(FIRST, async () => await long())] });
  const { engine, exported, lines } = await watched(toy);
  const { shoot } = await startedMigration(engine);
  const run = runStep(engine, FIRST, { shoot: shoot.key, cause: 'engine' });
  await engine.clock.advance(31_000);
  await run;
  expect(await exported('step.seconds')).toEqual([
    { attributes: { step: FIRST, outcome: 'done' }, value: 1, sum: 30 },
  ]);
  expect(lines).toContainEqual(
    expect.objectContaining({ message: 'run ended', step: FIRST, outcome: 'done', seconds: 30 }),
  );
});

/** A step that looks at nodes every second, as the script says who is not reached then. */
function looking(script: readonly (readonly string[])[], then: RoundResult = DONE) {
  const nodes = ['a', 'b'].map((name) => ({ name, podCidr: '100.64.0.0/24' }));
  let look = 0;
  const reachability = {
    prepare: async () => undefined,
    remove: async () => undefined,
    unreached: async () => {
      look += 1;
      return script[look - 1] ?? [];
    },
  };
  const toy: TestEngine = testEngine({
    // As much of the ports as this step asks for.
    openPorts: async () => Object.assign(Object.create(null), { reachability }) as Ports,
    steps: [
      scriptedStep(FIRST, async ({ ports }) => {
        for (const _ of script) {
          await ports.reachability.unreached(nodes);
          await toy.clock.sleep(1_000);
        }
        return then;
      }),
    ],
  });
  return toy;
}

async function lostIn(toy: TestEngine): Promise<readonly { attributes: object; value: number }[]> {
  const { engine, exported } = await watched(toy);
  const { shoot } = await startedMigration(engine);
  const run = runStep(engine, FIRST, { shoot: shoot.key, cause: 'engine' });
  await engine.clock.advance(60_000);
  await run;
  return await exported('lost_node_seconds');
}

test('lost node-seconds are what the probes saw: from a node’s last success to its next', async () => {
  // Node a from second 1 to 4, node b from 2 to 4.
  const script = [[], [], ['a'], ['a', 'b'], [], []];
  expect(await lostIn(looking(script))).toEqual([{ attributes: { step: FIRST }, value: 5 }]);
});

test('where every look was good, 0 is told as 0', async () => {
  expect(await lostIn(looking([[], [], []]))).toEqual([{ attributes: { step: FIRST }, value: 0 }]);
});

test('a node that is not reached to the end counts where the step blocks over it, and not where it left', async () => {
  const script = [[], ['a'], ['a'], ['a']];
  expect(await lostIn(looking(script, BLOCK))).toEqual([{ attributes: { step: FIRST }, value: 3 }]);
  expect(await lostIn(looking(script))).toEqual([{ attributes: { step: FIRST }, value: 0 }]);
});

test('nodes by carrier sum up to the live nodes at every look, and end where the migration brought them', {
  timeout: 60_000,
}, async () => {
  const seen: NodesByCarrier[] = [];
  const lost: number[] = [];
  const sink: Sink = {
    span: () => undefined,
    fleet: () => undefined,
    run: () => undefined,
    nodes: (shoot, counts) => {
      expect(shoot).toBe('garden-core/api');
      seen.push(counts);
    },
    lostNodeSeconds: (_, seconds) => lost.push(seconds),
    flush: async () => undefined,
  };
  const { log, lines } = recordedLog();
  const world = await createInProcessWorld({
    nodes: 6,
    clients: 'direct',
    telemetry: (clock, project) => watchEngine({ clock, project, log, sink }),
  });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  await world.runUntil('ended');
  const sums = seen.map((counts) => Object.values(counts).reduce((sum, count) => sum + count));
  expect(new Set(sums)).toEqual(new Set([6]));
  expect(seen[0]).toEqual({ route: 6, routeAndAlias: 0, alias: 0, dualStack: 0, nothing: 0 });
  expect(seen).toContainEqual({ route: 0, routeAndAlias: 6, alias: 0, dualStack: 0, nothing: 0 });
  expect(seen.at(-1)).toEqual({ route: 0, routeAndAlias: 0, alias: 6, dualStack: 0, nothing: 0 });
  // A line for each carrier where they changed, or once a minute.
  const told = lines.filter(({ message }) => message === 'nodes by carrier');
  expect(told.length).toBeLessThan(seen.length * 5);
  expect(told.slice(0, 5).map(({ carrier, count }) => [carrier, count])).toEqual([
    ['route', 6],
    ['routeAndAlias', 0],
    ['alias', 0],
    ['dualStack', 0],
    ['nothing', 0],
  ]);
  // Nothing was lost, and every run that looked says so.
  expect(world.lostNodeSeconds()).toBe(0);
  expect(lost.length).toBeGreaterThan(0);
  expect(new Set(lost)).toEqual(new Set([0]));
});

test('what a cutover costs shows in the probes’ figure, as far as they looked', {
  timeout: 60_000,
}, async () => {
  const { log, lines } = recordedLog();
  const world = await createInProcessWorld({
    nodes: 6,
    clients: 'direct',
    strategy: 'cutover',
    acknowledgeTrafficLoss: true,
    telemetry: (clock, project) => watchEngine({ clock, project, log }),
  });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  await world.runUntil('ended');
  const told = lines.filter(({ message }) => message === 'nodes looked at by probes');
  expect(told.length).toBeGreaterThan(0);
  const measured = told.reduce((sum, { lostNodeSeconds }) => sum + Number(lostNodeSeconds), 0);
  expect(measured).toBeGreaterThan(0);
  // Nodes that were back at the first look after the gap are not among them.
  expect(measured).toBeLessThan(world.lostNodeSeconds());
});

test('the fleet’s figures are one series whoever exports them, and counts are each instance’s own', async () => {
  const { engine, collector } = await watched(testEngine({ steps: [scriptedStep(FIRST, DONE)] }));
  const { shoot } = await startedMigration(engine);
  await runStep(engine, FIRST, { shoot: shoot.key, cause: 'engine' });
  engine.telemetry.fleet([]);
  await engine.telemetry.flush({ everything: true });
  const resourceOf = (name: string) => collector.metrics.find((metric) => metric.name === name)?.resource;
  expect(resourceOf('shoot_dualstack.migrations')).toMatchObject({
    'service.name': 'shoot-dualstack',
    'service.instance.id': 'state',
  });
  expect(resourceOf('shoot_dualstack.step.seconds')?.['service.name']).toBe('toy');
  expect(resourceOf('shoot_dualstack.step.seconds')?.['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/);
});

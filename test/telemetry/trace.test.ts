import { expect, onTestFinished, test } from 'vitest';
import { createInProcessWorld, type InProcessOptions } from '../../infra/local/in-process/index.ts';
import type { Telemetry } from '../../shared/engine/telemetry.ts';
import { FORWARD_STEPS } from '../../shared/migration/steps.ts';
import { rootSpanIdOf, runSpanIdOf, traceIdOf } from '../../shared/migration/trace.ts';
import { type Collector, type Span, startCollector } from './collector.ts';
import { recordedLog, watchingFor } from './watching.ts';

async function watchedWorld(options: InProcessOptions = {}) {
  const collector = await startCollector();
  const { log, lines } = recordedLog();
  let telemetry: Telemetry | undefined;
  const world = await createInProcessWorld({
    nodes: 6,
    clients: 'direct',
    log,
    telemetry: (clock, project) => {
      telemetry = watchingFor(collector.url, { clock, project, log });
      return telemetry;
    },
    ...options,
  });
  onTestFinished(() => world.stop());
  await world.changeShoot();
  return { collector, lines, world, flush: async () => await telemetry?.flush({ everything: true }) };
}

function isRun({ attributes }: Span): boolean {
  return attributes['shoot_dualstack.run'] !== undefined;
}

/** Every span is of the migration's trace, and leads to its root by spans that are there. */
function expectOneTrace({ spans }: Collector, migration: string): void {
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([traceIdOf(migration)]));
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(spans.length);
  for (const span of spans) {
    expect(span.endTimeUnixNano).toBeGreaterThanOrEqual(span.startTimeUnixNano);
    if (span.spanId === rootSpanIdOf(migration)) expect(span.parentSpanId).toBe('');
    else expect(byId.get(span.parentSpanId), `parent of ${span.name}`).toBeDefined();
  }
}

test('a migration is one trace: every step’s runs under one root that spans all of it', {
  timeout: 60_000,
}, async () => {
  const { collector, world, flush } = await watchedWorld();
  const migration = await world.runUntil('ended');
  expect(migration.status.kind).toBe('succeeded');
  await flush();
  expectOneTrace(collector, migration.id);
  const root = collector.spans.find(({ spanId }) => spanId === rootSpanIdOf(migration.id));
  expect(root).toMatchObject({
    name: 'migration',
    startTimeUnixNano: Date.parse(migration.createdAt),
    endTimeUnixNano: Date.parse(migration.finishedAt ?? ''),
    attributes: {
      'shoot_dualstack.migration': migration.id,
      'shoot_dualstack.shoot': migration.shoot.key,
      'shoot_dualstack.outcome': 'succeeded',
      'shoot_dualstack.strategy': 'overlap',
    },
  });
  const runs = collector.spans.filter(isRun);
  for (const step of FORWARD_STEPS) {
    const ofStep = runs.filter(({ name }) => name === step);
    expect(ofStep.length, step).toBeGreaterThan(0);
    expect(ofStep.at(-1)?.attributes['shoot_dualstack.outcome']).toBe('done');
  }
  expect(collector.spans.filter(({ name }) => name === 'shoot-changed')).toHaveLength(1);
  const acts = collector.spans.filter(({ name }) => name === 'act');
  expect(acts.map(({ attributes }) => attributes['shoot_dualstack.what'])).toContain(
    'told the cloud-controller-manager to leave routes alone',
  );
});

test('each run points to the one before it, by numbers alone', { timeout: 60_000 }, async () => {
  const { collector, world, flush } = await watchedWorld();
  const { id, fence } = await world.runUntil('ended');
  await flush();
  const runs = collector.spans.filter(isRun);
  const numbers = runs.map(({ attributes }) => Number(attributes['shoot_dualstack.run']));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: fence }, (_, index) => index + 1));
  for (const { spanId, links, attributes } of runs) {
    const number = Number(attributes['shoot_dualstack.run']);
    expect(spanId).toBe(runSpanIdOf(id, number));
    const before = number === 1 ? [] : [{ traceId: traceIdOf(id), spanId: runSpanIdOf(id, number - 1) }];
    expect(links).toEqual(before);
  }
});

test('crashes, messages that come twice and messages published by hand stay in the trace', {
  timeout: 60_000,
}, async () => {
  const { collector, world, flush } = await watchedWorld({ instances: 2 });
  void world.killAt(({ method }) => method === 'deleteRoute', 'before', 2);
  world.bus.onMessage(({ topic }) => (topic === 'maintenance-tick' ? undefined : { againAfterSeconds: [1] }));
  await world.runUntil((migration) => migration?.position === 'migrate-routes');
  await world.publish('migrate-routes', { shoot: 'garden-core/api' });
  const migration = await world.runUntil('ended');
  expect(migration.status.kind).toBe('succeeded');
  await flush();
  expectOneTrace(collector, migration.id);
  const runs = collector.spans.filter(isRun);
  // The one that died told nobody; its number is missing, and nothing else.
  expect(runs.length).toBe(migration.fence - 1);
  const turnedAway = collector.spans.filter(
    ({ attributes }) => attributes['shoot_dualstack.outcome'] === 'not run',
  );
  expect(turnedAway.length).toBeGreaterThan(0);
  expect(turnedAway.every(({ attributes }) => attributes['shoot_dualstack.reason'] !== undefined)).toBe(true);
});

test('each line of a run says in which trace and span it was written', { timeout: 60_000 }, async () => {
  const { collector, lines, world, flush } = await watchedWorld();
  const { id, shoot } = await world.runUntil('ended');
  await flush();
  const acts = lines.filter(
    ({ message }) => message === 'told the cloud-controller-manager to leave routes alone',
  );
  expect(acts).toHaveLength(1);
  const [line] = acts;
  expect(line).toMatchObject({
    'logging.googleapis.com/trace': `projects/${world.example.project}/traces/${traceIdOf(id)}`,
    'logging.googleapis.com/trace_sampled': true,
    'logging.googleapis.com/labels': { migration: id, shoot: shoot.key, step: 'migrate-routes' },
  });
  const span = collector.spans.find(({ spanId }) => spanId === line?.['logging.googleapis.com/spanId']);
  expect(span?.name).toBe('migrate-routes');
  const written = Date.parse(String(line?.time));
  expect(written).toBeGreaterThan(0);
  // A line has its own fields, and none of the lines before it.
  const ended = lines.filter(({ message }) => message === 'run ended');
  expect(ended.length).toBeGreaterThan(0);
  for (const each of ended) {
    expect(Object.keys(each)).not.toContain('carrier');
    expect(Object.keys(each)).not.toContain('result');
  }
  // The tick is about all migrations and of none.
  for (const { message, ...fields } of lines) {
    if (message.startsWith('migrations in this phase'))
      expect(fields).not.toHaveProperty(['logging.googleapis.com/trace']);
  }
});

test('one seed leads to the same history whether anybody watches or not', { timeout: 60_000 }, async () => {
  const told = async (watched: boolean) => {
    const { world } = await watchedWorld(watched ? {} : { telemetry: undefined });
    const migration = await world.runUntil('ended');
    return { migration, history: await world.migrations.history(migration.id) };
  };
  expect(await told(true)).toEqual(await told(false));
});

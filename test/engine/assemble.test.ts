import { expect, test } from 'vitest';
import { STEP_NAMES } from '../../shared/migration/steps.ts';
import { assembleEngine } from '../../shared/runtime/assemble.ts';
import { StoreUnavailable } from '../../shared/store/documents.ts';
import { testEngine, testWorld } from '../support/test-engine.ts';

test('the product’s engine has a step for every name, and each goes by its own', () => {
  const { steps } = assembleEngine(testEngine());
  expect([...steps].map(([name, step]) => [name, step.name])).toEqual(STEP_NAMES.map((name) => [name, name]));
});

test('identifiers are unique unless somebody else makes them', () => {
  const { newId: _, ...surroundings } = testEngine();
  const { newId } = assembleEngine(surroundings);
  expect(new Set(Array.from({ length: 100 }, newId)).size).toBe(100);
});

test('what comes by chance is handed in: pauses between attempts at the store are repeatable', async () => {
  const world = testWorld();
  const away = () => Promise.reject(new StoreUnavailable('the store is away'));
  const documents = { get: away, list: away, commit: away };
  const { migrations } = assembleEngine({ ...testEngine({ world }), documents, random: () => 0.25 });
  const changed = migrations.change('m-1', () => undefined);
  const began = world.clock.now();
  await expect(world.clock.until(changed)).rejects.toThrow('the store is away');
  // Eleven pauses of 20 ms, 40 ms, ... at most 2 s, each of five eighths of its length.
  const whole = [20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000, 2_000, 2_000];
  expect(world.clock.now() - began).toBeCloseTo(whole.reduce((sum, pause) => sum + pause) * 0.625);
});

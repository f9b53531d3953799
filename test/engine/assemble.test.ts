import { expect, test } from 'vitest';
import { STEP_NAMES } from '../../shared/migration/steps.ts';
import { assembleEngine } from '../../shared/runtime/assemble.ts';
import { testEngine } from '../support/test-engine.ts';

test('the product’s engine has a step for every name, and each goes by its own', () => {
  const { steps } = assembleEngine(testEngine());
  expect([...steps].map(([name, step]) => [name, step.name])).toEqual(STEP_NAMES.map((name) => [name, name]));
});

test('identifiers are unique unless somebody else makes them', () => {
  const { newId: _, ...surroundings } = testEngine();
  const { newId } = assembleEngine(surroundings);
  expect(new Set(Array.from({ length: 100 }, newId)).size).toBe(100);
});

import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../../infra/local/random.ts';
import {
  KINDS,
  type RandomFaultsOptions,
  randomFaults,
} from '../../../infra/local/simulation/faults/index.ts';
import { migratedWith } from './faulty-world.ts';

const OPTIONS: RandomFaultsOptions = {
  nodes: 3,
  strategy: 'overlap',
  instances: 2,
  zones: ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'],
  most: 4,
};

test('one seed gives one list of faults, and many seeds give every kind', () => {
  const of = (seed: number) => randomFaults(seededRandom(seed), OPTIONS);
  expect(of(3)).toEqual(of(3));
  const many = Array.from({ length: 600 }, (_, seed) => of(seed)).flat();
  expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(KINDS));
});

test('faults are plain values: written as JSON and read again they do the same', {
  timeout: 60_000,
}, async () => {
  const faults = randomFaults(seededRandom(11), OPTIONS);
  const one = await migratedWith(faults);
  onTestFinished(() => one.world.stop());
  const other = await migratedWith(JSON.parse(JSON.stringify(faults)));
  onTestFinished(() => other.world.stop());
  expect(JSON.parse(JSON.stringify(faults))).toEqual(faults);
  expect(other.calls).toEqual(one.calls);
  expect(other.ending).toBe(one.ending);
});

test('only kinds that are asked for are made', () => {
  const kinds = ['duplicate', 'crash'] as const;
  const made = Array.from({ length: 50 }, (_, seed) =>
    randomFaults(seededRandom(seed), { ...OPTIONS, kinds }),
  ).flat();
  expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(kinds));
});

import { expect, test } from 'vitest';
import { benchOptions, casesOf } from '../../infra/local/bench/options.ts';

test('every size is measured with the reference first, and without quotas too where they keep it from its end', () => {
  const options = benchOptions(['--nodes', '500,501', '--strategies', 'cutover,overlap', '--seed', '9']);
  expect(casesOf(options)).toEqual([
    { nodes: 500, strategy: 'gardener', seed: 9 },
    { nodes: 500, strategy: 'cutover', seed: 9 },
    { nodes: 500, strategy: 'overlap', seed: 9 },
    { nodes: 501, strategy: 'gardener', seed: 9 },
    { nodes: 501, strategy: 'gardener-unlimited', seed: 9 },
    { nodes: 501, strategy: 'cutover', seed: 9 },
    { nodes: 501, strategy: 'overlap', seed: 9 },
  ]);
});

test('the reference is left out when only the product’s own strategies are wanted', () => {
  const cases = casesOf(benchOptions(['--nodes', '1000', '--no-reference']));
  expect(cases.map(({ strategy }) => strategy)).toEqual(['overlap', 'rollover', 'cutover']);
});

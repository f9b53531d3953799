import { expect, test } from 'vitest';
import { seedNameOf } from '../../shared/migration/seed-name.ts';

test.each([
  ['named in the spec', { spec: { seedName: 'a' } }, 'a'],
  ['moving', { spec: { seedName: 'b' }, status: { seedName: 'a' } }, 'a'],
  ['on none yet', { spec: {} }, undefined],
  ['not understood', { spec: { seedName: 7 } }, undefined],
])('the seed of a Shoot that is %s', (_, shoot, seed) => {
  expect(seedNameOf(shoot)).toBe(seed);
});

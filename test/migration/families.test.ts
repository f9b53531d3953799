import { expect, test } from 'vitest';
import type { IpFamily } from '../../shared/migration/cidr.ts';
import { judgeFamiliesChange } from '../../shared/migration/families.ts';

/** Every list that `spec.networking.ipFamilies` can hold. */
const LISTS: readonly (readonly IpFamily[])[] = [['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4']];
const PAIRS = LISTS.flatMap((before) => LISTS.map((after) => ({ before, after })));

test('of every pair of lists only [IPv4] → [IPv4, IPv6] is a migration', () => {
  const starting = PAIRS.filter(
    ({ before, after }) => judgeFamiliesChange(before, after).kind === 'to-dual-stack',
  );
  expect(starting).toEqual([{ before: ['IPv4'], after: ['IPv4', 'IPv6'] }]);
});

test('the same list twice is no change, whichever it is', () => {
  const unchanged = PAIRS.filter(
    ({ before, after }) => judgeFamiliesChange(before, after).kind === 'unchanged',
  );
  expect(unchanged).toEqual(LISTS.map((list) => ({ before: list, after: list })));
});

test.each([
  { before: ['IPv4', 'IPv6'], after: ['IPv4'], lists: 'oldIPFamilies=[IPv4 IPv6], newIPFamilies=[IPv4]' },
  {
    before: ['IPv4', 'IPv6'],
    after: ['IPv6', 'IPv4'],
    lists: 'oldIPFamilies=[IPv4 IPv6], newIPFamilies=[IPv6 IPv4]',
  },
  { before: ['IPv4', 'IPv6'], after: ['IPv6'], lists: 'oldIPFamilies=[IPv4 IPv6], newIPFamilies=[IPv6]' },
  { before: ['IPv4'], after: ['IPv6', 'IPv4'], lists: 'oldIPFamilies=[IPv4], newIPFamilies=[IPv6 IPv4]' },
  { before: ['IPv4'], after: ['IPv6'], lists: 'oldIPFamilies=[IPv4], newIPFamilies=[IPv6]' },
  { before: ['IPv6'], after: ['IPv4'], lists: 'oldIPFamilies=[IPv6], newIPFamilies=[IPv4]' },
  { before: ['IPv6'], after: ['IPv4', 'IPv6'], lists: 'oldIPFamilies=[IPv6], newIPFamilies=[IPv4 IPv6]' },
  { before: ['IPv6'], after: ['IPv6', 'IPv4'], lists: 'oldIPFamilies=[IPv6], newIPFamilies=[IPv6 IPv4]' },
  { before: ['IPv6', 'IPv4'], after: ['IPv4'], lists: 'oldIPFamilies=[IPv6 IPv4], newIPFamilies=[IPv4]' },
  { before: ['IPv6', 'IPv4'], after: ['IPv6'], lists: 'oldIPFamilies=[IPv6 IPv4], newIPFamilies=[IPv6]' },
  {
    before: ['IPv6', 'IPv4'],
    after: ['IPv4', 'IPv6'],
    lists: 'oldIPFamilies=[IPv6 IPv4], newIPFamilies=[IPv4 IPv6]',
  },
] as const)('$before → $after is refused in Gardener’s own words', ({ before, after, lists }) => {
  expect(judgeFamiliesChange(before, after)).toEqual({
    kind: 'refused',
    message: `spec.networking.ipFamilies: Forbidden: unsupported IP family update: ${lists}`,
  });
});

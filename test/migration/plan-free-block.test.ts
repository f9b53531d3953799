import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressSpan,
  type Cidr,
  contains,
  ipv4Cidr,
  overlap,
  parseCidr,
  prefixLengthOf,
} from '../../shared/migration/cidr.ts';
import { freeBlock } from '../../shared/migration/free-block.ts';

const PODS = parseCidr('100.96.0.0/20');

function cidrs(...texts: string[]): Cidr[] {
  return texts.map((text) => parseCidr(text));
}

/** Every aligned block of the pod CIDR, large and small, in order: what the largest free one is looked for among. */
function* blocksOf(pods: Cidr, longest: number): Generator<Cidr> {
  const { first } = addressSpan(pods);
  for (let prefix = prefixLengthOf(pods); prefix <= longest; prefix += 1) {
    const count = 2 ** (prefix - prefixLengthOf(pods));
    for (let index = 0; index < count; index += 1) {
      yield ipv4Cidr(first + BigInt(index) * (1n << BigInt(32 - prefix)), prefix);
    }
  }
}

/** Within, around and beside the pod CIDR; some broader than it is. */
const usedRange = fc
  .record({ offset: fc.integer({ min: -0x800, max: 0x1800 }), prefix: fc.integer({ min: 18, max: 28 }) })
  .map(({ offset, prefix }) => {
    const hostBits = BigInt(32 - prefix);
    const address = addressSpan(PODS).first + BigInt(offset);
    return ipv4Cidr((address >> hostBits) << hostBits, prefix);
  });
const used = fc.array(usedRange, { maxLength: 30 });
const needed = fc.integer({ min: 1, max: 20 });

describe('a free block', () => {
  test('lies in the pod CIDR, overlaps nothing in use, and holds what is needed', () => {
    fc.assert(
      fc.property(used, needed, (ranges, blocks) => {
        const free = freeBlock(PODS, ranges, blocks, 24);
        if (free === undefined) return;
        expect(contains(PODS, free)).toBe(true);
        expect(ranges.filter((range) => overlap(range, free))).toEqual([]);
        expect(2 ** (24 - prefixLengthOf(free))).toBeGreaterThanOrEqual(blocks);
      }),
    );
  });

  test('is the largest and first that an exhaustive search finds, and undefined only when that finds none', () => {
    fc.assert(
      fc.property(used, needed, (ranges, blocks) => {
        const longest = 24 - Math.ceil(Math.log2(blocks));
        const found = blocksOf(PODS, longest).find((block) => !ranges.some((range) => overlap(range, block)));
        expect(freeBlock(PODS, ranges, blocks, 24)).toBe(found);
      }),
    );
  });

  test('does not depend on the order of what is in use, nor on repeats', () => {
    fc.assert(
      fc.property(used, needed, (ranges, blocks) => {
        const shuffled = [...ranges.toReversed(), ...ranges];
        expect(freeBlock(PODS, shuffled, blocks, 24)).toBe(freeBlock(PODS, ranges, blocks, 24));
      }),
    );
  });

  test.each<[what: string, used: Cidr[], needed: number, found: string | undefined]>([
    ['is all of the pod CIDR when nothing is in use', [], 16, '100.96.0.0/20'],
    ['is none when more is needed than the pod CIDR holds', [], 17, undefined],
    ['is the upper half beside one node', cidrs('100.96.0.0/24'), 8, '100.96.8.0/21'],
    ['does not add up what is not aligned', cidrs('100.96.0.0/24', '100.96.15.0/24'), 8, undefined],
    [
      'is the first of several that are as large',
      cidrs('100.96.4.0/24', '100.96.8.0/24'),
      4,
      '100.96.0.0/22',
    ],
    ['is none when the pod CIDR is covered', cidrs('100.0.0.0/8'), 1, undefined],
    [
      'is none when single addresses are taken everywhere',
      cidrs('100.96.7.255/32', '100.96.8.0/32'),
      8,
      undefined,
    ],
    ['takes no notice of ranges elsewhere', cidrs('10.0.0.0/8', '2001:db8::/32'), 16, '100.96.0.0/20'],
  ])('%s', (_what, ranges, blocks, found) => {
    expect(freeBlock(PODS, ranges, blocks, 24)).toBe(found);
  });

  test('holds no node where nodes’ blocks are larger than the pod CIDR', () => {
    expect(freeBlock(PODS, [], 1, 16)).toBeUndefined();
  });

  test('is found at the ends of the address space', () => {
    const all = parseCidr('0.0.0.0/0');
    expect(freeBlock(all, cidrs('0.0.0.0/1'), 1, 24)).toBe('128.0.0.0/1');
    expect(freeBlock(all, cidrs('128.0.0.0/1'), 1, 24)).toBe('0.0.0.0/1');
  });

  test('is found among thousands of scattered ranges', () => {
    const pods = parseCidr('100.64.0.0/10');
    const { first } = addressSpan(pods);
    const scattered = Array.from({ length: 5_000 }, (_, index) =>
      ipv4Cidr(first + BigInt(index * 2 * 256), 24),
    );
    expect(freeBlock(pods, scattered, 2_000, 24)).toBe('100.112.0.0/12');
    expect(freeBlock(pods, scattered, 5_000, 24)).toBeUndefined();
  });
});

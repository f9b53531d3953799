import { type AddressSpan, addressSpan, type Cidr, familyOf, ipv4Cidr, prefixLengthOf } from './cidr.ts';

/** Bits of an IPv4 address. */
const BITS = 32;

/**
 * The largest aligned block of the pod CIDR that overlaps nothing in use and holds at least `neededBlocks` blocks of
 * `/nodeMaskSize`; the first one where several are as large. Undefined when there is none. In `rollover` it becomes the
 * range of new nodes: GCP hands out of it whatever no alias holds, so nothing else may lie in it
 * (`make-before-break.md` §6.6, §6.7).
 *
 * Ranges in use may overlap, repeat, lie outside the pod CIDR or cover it. IPv4 only. O(n log n) of the ranges in use.
 */
export function freeBlock(
  pods: Cidr,
  used: readonly Cidr[],
  neededBlocks: number,
  nodeMaskSize: number,
): Cidr | undefined {
  let best: { first: bigint; hostBits: number } | undefined;
  for (const gap of gapsIn(addressSpan(pods), used)) {
    const block = largestBlockIn(gap, BITS - prefixLengthOf(pods));
    if (best === undefined || block.hostBits > best.hostBits) best = block;
  }
  if (best === undefined) return undefined;
  const spareBits = best.hostBits - (BITS - nodeMaskSize);
  if (spareBits < 0 || 2 ** spareBits < neededBlocks) return undefined;
  return ipv4Cidr(best.first, BITS - best.hostBits);
}

/** The stretches of `whole` between the ranges in use, in order. */
function* gapsIn(whole: AddressSpan, used: readonly Cidr[]): Generator<AddressSpan> {
  const spans = used
    .filter((cidr) => familyOf(cidr) === 'IPv4')
    .map(addressSpan)
    .sort((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
  let next = whole.first;
  for (const { first, last } of spans) {
    if (first > whole.last) break;
    if (first > next) yield { first: next, last: first - 1n };
    if (last >= next) next = last + 1n;
  }
  if (next <= whole.last) yield { first: next, last: whole.last };
}

/** The largest block within the stretch that begins at a multiple of its own size. A single address always fits. */
function largestBlockIn({ first, last }: AddressSpan, mostHostBits: number) {
  for (let hostBits = mostHostBits; hostBits > 0; hostBits -= 1) {
    const size = 1n << BigInt(hostBits);
    const aligned = ((first + size - 1n) / size) * size;
    if (aligned + size - 1n <= last) return { first: aligned, hostBits };
  }
  return { first, hostBits: 0 };
}

import { parseCidr } from 'cidr-tools';
import { ipv4 } from '../../example/nodes.ts';

/**
 * The RangeAllocator's next block: the pointer goes round the cluster's range and starts anew with each process
 * (make-before-break.md §6.6).
 *
 * @returns undefined when every block is taken.
 */
export function nextFreePodCidr(
  clusterCidr: string,
  maskSize: number,
  taken: readonly string[],
  after: string | undefined,
): string | undefined {
  const range = parseCidr(clusterCidr);
  const size = 2n ** BigInt(32 - maskSize);
  const blocks = (range.end - range.start + 1n) / size;
  const index = (address: bigint) => (address - range.start) / size;
  const used = new Set<bigint>();
  for (const cidr of taken) {
    const { version, start, end } = parseCidr(cidr);
    if (version !== 4 || end < range.start || start > range.end) continue;
    for (let block = index(start); block <= index(end); block += 1n) used.add(block);
  }
  const first = after === undefined ? 0n : index(parseCidr(after).start) + 1n;
  for (let step = 0n; step < blocks; step += 1n) {
    const block = (first + step) % blocks;
    if (!used.has(block)) return `${ipv4(range.start + block * size)}/${maskSize}`;
  }
  return undefined;
}

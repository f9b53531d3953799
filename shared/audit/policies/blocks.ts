import { type Cidr, contains, overlap, prefixLengthOf, readCidr } from '../../migration/cidr.ts';
import { rangesOf } from '../addresses.ts';
import type { ClusterRanges } from '../facts.ts';
import type { Block } from './rules-of.ts';

/**
 * What IPv4 ranges stand for, which is what tells whether they have a counterpart:
 * `anybody` has one, `::/0`; of `anybody but` it is that with other exceptions; of the `cluster` and of `private` ranges it is
 * whatever IPv6 range the same hosts have; of single `hosts` nobody here knows it; `this node` needs none.
 */
export type Meaning = 'anybody' | 'anybody but' | 'cluster' | 'private' | 'hosts' | 'this node';

const ALL = '0.0.0.0/0' as Cidr;
const HALVES = ['0.0.0.0/1', '128.0.0.0/1'] as Cidr[];
/** Loopback and link-local, the metadata server among them: reached over IPv4 as long as there is any. */
const NEVER_ROUTED = ['127.0.0.0/8', '169.254.0.0/16'] as Cidr[];
/** RFC 1918, RFC 6598. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'] as Cidr[];

/** What the IPv4 blocks of one rule stand for together. */
export function meaningOf(blocks: readonly Block[], cluster: ClusterRanges): Meaning {
  const whole = blocks.filter(({ except }) => except.length === 0).map(({ range }) => range);
  if (whole.includes(ALL) || HALVES.every((half) => whole.includes(half))) return 'anybody';
  const relevant = blocks.filter(({ range }) => !NEVER_ROUTED.some((local) => contains(local, range)));
  if (relevant.length === 0) return 'this node';
  if (relevant.some(({ range }) => prefixLengthOf(range) <= 1)) return 'anybody but';
  const isPrivate = relevant.every(({ range }) => PRIVATE.some((space) => contains(space, range)));
  if (!isPrivate) return 'hosts';
  return relevant.some(({ range }) => cluster.ipv4.some((own) => overlap(range, own)))
    ? 'cluster'
    : 'private';
}

/** A range that holds all that the Internet routes. */
export function isWide({ range }: Block): boolean {
  return prefixLengthOf(range) <= 3;
}

/** What IPv4 exceptions would be in IPv6, as far as that can be told: a proposal for a human. */
export function counterpartsOf(except: readonly string[], { ipv4, ipv6 }: ClusterRanges): readonly string[] {
  const ranges = rangesOf(except, 'IPv4');
  const touches = (spaces: readonly Cidr[]) =>
    ranges.some((range) => spaces.some((space) => overlap(range, space)));
  return [
    ...(touches(PRIVATE) ? ['fc00::/7'] : []),
    ...(touches(NEVER_ROUTED) ? ['fe80::/10'] : []),
    ...(touches(ipv4) ? ipv6 : []),
  ];
}

/** Exceptions of IPv4 that nothing else lets through after all. */
export function holes(block: Block, others: readonly Block[]): readonly string[] {
  return block.except.filter((except) => {
    const range = readCidr(except, 'IPv4');
    return (
      range !== undefined &&
      !others.some(
        (other) =>
          contains(other.range, range) &&
          !other.except.some((hole) => {
            const inner = readCidr(hole, 'IPv4');
            return inner !== undefined && overlap(inner, range);
          }),
      )
    );
  });
}

/** Of the cluster's own IPv6 ranges, those that a block with these exceptions lets through. */
export function leftOpen(block: Block, { ipv6 }: ClusterRanges): readonly Cidr[] {
  const closed = rangesOf(block.except, 'IPv6');
  return ipv6.filter((own) => overlap(block.range, own) && !closed.some((range) => contains(range, own)));
}

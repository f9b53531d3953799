import { parseCidr } from 'cidr-tools';

/** An IPv4 block as inclusive bounds. Numbers, because thousands of them are compared at every change. */
export interface Block {
  readonly start: number;
  readonly end: number;
  readonly prefix: number;
}

/**
 * The block of a CIDR in canonical form (no host bits set), or of a single address.
 * @returns undefined for anything else: another family, host bits, not an address at all.
 */
export function ipv4Block(text: string): Block | undefined {
  const known = KNOWN_BLOCKS.get(text);
  if (known !== undefined) return known;
  const block = parsedBlock(text);
  if (block === undefined) return undefined;
  if (KNOWN_BLOCKS.size === MOST_KNOWN_BLOCKS) KNOWN_BLOCKS.clear();
  KNOWN_BLOCKS.set(text, block);
  return block;
}

/** The same ranges are looked at again and again, with every look at a packet's way. */
const KNOWN_BLOCKS = new Map<string, Block>();
const MOST_KNOWN_BLOCKS = 20_000;

function parsedBlock(text: string): Block | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/.test(text)) return undefined;
  try {
    const parsed = parseCidr(text);
    const address = Number(parseCidr(parsed.ip).start);
    if (parsed.version !== 4 || Number(parsed.start) !== address) return undefined;
    return { start: address, end: Number(parsed.end), prefix: Number(parsed.prefix) };
  } catch {
    return undefined;
  }
}

/** The block of a text already known to be one. @throws when it is not. */
export function knownBlock(text: string): Block {
  const block = ipv4Block(text);
  if (block === undefined) throw new Error(`${text} is not an IPv4 range in canonical form`);
  return block;
}

/** True for an IPv6 CIDR or address, whatever its form. */
export function isIpv6(text: string): boolean {
  if (!text.includes(':')) return false;
  try {
    return parseCidr(text).version === 6;
  } catch {
    return false;
  }
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function overlaps(one: Block, other: Block): boolean {
  return one.start <= other.end && other.start <= one.end;
}

export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

export function blockText(block: Block): string {
  return `${addressText(block.start)}/${block.prefix}`;
}

export function blockSize(prefix: number): number {
  return 2 ** (32 - prefix);
}

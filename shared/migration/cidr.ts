import { isIPv4, isIPv6 } from 'node:net';
import { containsCidr, expandCidr, normalizeCidr, overlapCidr, parseCidr as parse } from 'cidr-tools';

/** A canonical CIDR: network address without host bits, prefix length in range. Made by {@link parseCidr} only. */
export type Cidr = string & { readonly __brand: 'Cidr' };

export type IpFamily = 'IPv4' | 'IPv6';

/** More characters than any CIDR has. */
const MOST_QUOTED = 60;

/** Text that is not a canonical CIDR of the expected family. */
export class InvalidCidr extends Error {
  constructor(text: string, expected: string) {
    // What came instead may be of any length, and hide what was expected.
    super(`${JSON.stringify(text.slice(0, MOST_QUOTED))} is not ${expected}`);
    this.name = 'InvalidCidr';
  }
}

/**
 * Reads a canonical CIDR, of `family` when given.
 *
 * @throws InvalidCidr saying what was expected, with the canonical form when only host bits are in the way.
 */
export function parseCidr(text: string, family?: IpFamily): Cidr {
  const found = readText(text, family);
  if ('cidr' in found) return found.cidr;
  throw new InvalidCidr(text, `a canonical ${family === undefined ? '' : `${family} `}CIDR${found.remark}`);
}

/**
 * A CIDR that somebody else's API shows, in whatever notation (IPv6 has many), in its canonical form; undefined for text
 * that is none, or none of `family`.
 */
export function readCidr(text: string | undefined, family?: IpFamily): Cidr | undefined {
  if (text === undefined) return undefined;
  const known = read[family ?? 'any'];
  if (known.has(text)) return known.get(text);
  const cidr = canonical(text, family);
  // What others show may be of any kind and number: then it is read anew from time to time.
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(text, cidr);
  return cidr;
}

const MOST_REMEMBERED = 10_000;

/** What texts of others were read as: the same nodes and ranges are looked at again and again. */
const read: Readonly<Record<IpFamily | 'any', Map<string, Cidr | undefined>>> = {
  IPv4: new Map(),
  IPv6: new Map(),
  any: new Map(),
};

function canonical(text: string, family: IpFamily | undefined): Cidr | undefined {
  const [address = '', ...prefix] = text.split('/');
  const actualFamily = familyOfAddress(address);
  if (actualFamily === undefined || actualFamily !== (family ?? actualFamily)) return undefined;
  const found = readText([normalizeCidr(address), ...prefix].join('/'), family);
  return 'cidr' in found ? found.cidr : undefined;
}

/**
 * The canonical CIDR, or a remark on what was expected. Nothing is thrown: that a text is no CIDR of the family asked for
 * is ordinary (each node has one of IPv6 as well), and an error with its stack costs far more than the reading.
 */
function readText(text: string, family?: IpFamily): { readonly cidr: Cidr } | { readonly remark: string } {
  const [address = '', prefix = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return { remark: ' (address/prefix length)' };
  const actualFamily = familyOfAddress(address);
  if (actualFamily === undefined || Number(prefix) > (actualFamily === 'IPv4' ? 32 : 128)) {
    return { remark: '' };
  }
  if (family !== undefined && actualFamily !== family) return { remark: '' };
  const canonical = `${normalizeCidr(text).split('/')[0]}/${prefix}`;
  return canonical === text ? { cidr: text as Cidr } : { remark: `; ${canonical} would be` };
}

/**
 * The family of a single address without prefix or zone, undefined for anything else. Asked of the platform, since the
 * CIDR library takes anything: to it `10.0.0.256` is 10.0.1.0, and `g::` an address.
 */
export function familyOfAddress(address: string): IpFamily | undefined {
  if (isIPv4(address)) return 'IPv4';
  return isIPv6(address) && !address.includes('%') ? 'IPv6' : undefined;
}

export function familyOf(cidr: Cidr): IpFamily {
  return parse(cidr).version === 4 ? 'IPv4' : 'IPv6';
}

/** Number of bits that are fixed: 24 of a /24. */
export function prefixLengthOf(cidr: Cidr): number {
  return Number(cidr.split('/')[1]);
}

/** A CIDR's addresses as numbers, both ends included; for arithmetic over many of them at once. */
export interface AddressSpan {
  readonly first: bigint;
  readonly last: bigint;
}

export function addressSpan(cidr: Cidr): AddressSpan {
  const { start, end } = parse(cidr);
  return { first: start, last: end };
}

/**
 * The IPv4 CIDR of `prefixLength` that begins with the address number `first`.
 *
 * @throws InvalidCidr when none begins there.
 */
export function ipv4Cidr(first: bigint, prefixLength: number): Cidr {
  const octets = [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n);
  return parseCidr(`${octets.join('.')}/${prefixLength}`, 'IPv4');
}

/** True when every address of `inner` lies in `outer`; a CIDR contains itself. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return containsCidr(outer, inner);
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return overlapCidr(a, b);
}

/**
 * The block of `prefixLength` at the start of `cidr`, e.g. the /108 that Gardener takes of a services subnet's /64.
 *
 * @throws RangeError when `cidr` is smaller than that.
 */
export function firstBlock(cidr: Cidr, prefixLength: number): Cidr {
  if (prefixLength < prefixLengthOf(cidr)) throw new RangeError(`${cidr} holds no /${prefixLength}`);
  const network = normalizeCidr(`${cidr.split('/')[0]}/${prefixLength}`);
  return parseCidr(`${network.split('/')[0]}/${prefixLength}`);
}

/** The address `offset` places after the network address, e.g. the tenth of a service range for the cluster's DNS. */
export function addressAt(cidr: Cidr, offset: number): string {
  const address = expandCidr(cidr).drop(offset).next().value;
  if (address === undefined) throw new RangeError(`${cidr} has no address number ${offset}`);
  return address;
}

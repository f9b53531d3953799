import { containsCidr, expandCidr, normalizeCidr, overlapCidr, parseCidr as readCidr } from 'cidr-tools';

/** A canonical CIDR: network address without host bits, prefix length in range. Made by {@link parseCidr} only. */
export type Cidr = string & { readonly __brand: 'Cidr' };

export type IpFamily = 'IPv4' | 'IPv6';

/** Text that is not a canonical CIDR of the expected family. */
export class InvalidCidr extends Error {
  constructor(text: string, expected: string) {
    super(`${JSON.stringify(text)} is not ${expected}`);
    this.name = 'InvalidCidr';
  }
}

/**
 * Reads a canonical CIDR, of `family` when given.
 *
 * @throws InvalidCidr saying what was expected, with the canonical form when only host bits are in the way.
 */
export function parseCidr(text: string, family?: IpFamily): Cidr {
  const expected = `a canonical ${family === undefined ? '' : `${family} `}CIDR`;
  const [address = '', prefix = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) {
    throw new InvalidCidr(text, `${expected} (address/prefix length)`);
  }
  const actualFamily = familyOfAddress(address);
  if (actualFamily === undefined || Number(prefix) > (actualFamily === 'IPv4' ? 32 : 128)) {
    throw new InvalidCidr(text, expected);
  }
  if (family !== undefined && actualFamily !== family) throw new InvalidCidr(text, expected);
  const canonical = `${normalizeCidr(text).split('/')[0]}/${prefix}`;
  if (canonical !== text) throw new InvalidCidr(text, `${expected}; ${canonical} would be`);
  return text as Cidr;
}

/** As {@link parseCidr}, but undefined for text that is no canonical CIDR. */
export function tryParseCidr(text: string | undefined, family?: IpFamily): Cidr | undefined {
  if (text === undefined) return undefined;
  try {
    return parseCidr(text, family);
  } catch (error) {
    if (error instanceof InvalidCidr) return undefined;
    throw error;
  }
}

/** The family of a single address without prefix, undefined for anything else. */
export function familyOfAddress(address: string): IpFamily | undefined {
  if (address === '' || address.includes('/')) return undefined;
  try {
    return readCidr(address).version === 4 ? 'IPv4' : 'IPv6';
  } catch {
    return undefined;
  }
}

export function familyOf(cidr: Cidr): IpFamily {
  return readCidr(cidr).version === 4 ? 'IPv4' : 'IPv6';
}

/** True when every address of `inner` lies in `outer`; a CIDR contains itself. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return containsCidr(outer, inner);
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return overlapCidr(a, b);
}

/** The block of `prefixLength` at the start of `cidr`, e.g. the /108 that Gardener takes of a services subnet's /64. */
export function firstBlock(cidr: Cidr, prefixLength: number): Cidr {
  const network = normalizeCidr(`${cidr.split('/')[0]}/${prefixLength}`);
  return parseCidr(`${network.split('/')[0]}/${prefixLength}`);
}

/** The address `offset` places after the network address, e.g. the tenth of a service range for the cluster's DNS. */
export function addressAt(cidr: Cidr, offset: number): string {
  const address = expandCidr(cidr).drop(offset).next().value;
  if (address === undefined) throw new RangeError(`${cidr} has no address number ${offset}`);
  return address;
}

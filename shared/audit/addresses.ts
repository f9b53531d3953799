import { isIP } from 'node:net';
import {
  type Cidr,
  contains,
  familyOf,
  familyOfAddress,
  type IpFamily,
  prefixLengthOf,
  readCidr,
} from '../migration/cidr.ts';

/** What the Internet routes (RFC 4291 §2.5.4), without what is kept for examples (RFC 3849, RFC 9637). */
const GLOBAL = '2000::/3' as Cidr;
const EXAMPLES = ['2001:db8::/32', '3fff::/20'] as Cidr[];

/** Whether an IPv6 address or range is routed on the Internet. */
export function isGlobal(text: string): boolean {
  const cidr = readCidr(text.includes('/') ? text : `${text}/128`, 'IPv6');
  return cidr !== undefined && contains(GLOBAL, cidr) && !EXAMPLES.some((range) => contains(range, cidr));
}

/**
 * A range of sources that stands for anybody: no registry gives a single holder more than a /16. `::/0` does, and so does each of
 * the halves that some write instead.
 */
export function isAnybody(range: string): boolean {
  const cidr = readCidr(range, 'IPv6');
  if (cidr === undefined || prefixLengthOf(cidr) > 16) return false;
  return contains(cidr, GLOBAL) || contains(GLOBAL, cidr);
}

/** Families of some addresses, each once; what is no address has none. */
export function familiesOf(addresses: readonly string[]): ReadonlySet<IpFamily> {
  return new Set(addresses.flatMap((address) => familyOfAddress(address) ?? []));
}

/** Canonical ranges of a family among some texts. */
export function rangesOf(texts: readonly string[], family: IpFamily): Cidr[] {
  return texts.flatMap((text) => readCidr(text, family) ?? []);
}

export function familyOfRange(text: string): IpFamily | undefined {
  const cidr = readCidr(text);
  return cidr === undefined ? undefined : familyOf(cidr);
}

/** The host of a URL, without the brackets of an IPv6 one; undefined for what is no URL. */
export function hostOf(url: string): string | undefined {
  return URL.parse(url)?.hostname.replace(/^\[(.*)\]$/, '$1') || undefined;
}

export function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}

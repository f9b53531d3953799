import { normalizeCidr, parseCidr } from 'cidr-tools';
import type { IpFamily } from '../kinds/service.ts';
import { familyOf } from '../kinds/service.ts';

/** The address `offset` places after the first of the CIDR; undefined outside it. */
export function addressAt(cidr: string, offset: bigint): string | undefined {
  const { start, end, version } = parseCidr(cidr);
  const value = start + offset;
  if (value < start || value > end) return undefined;
  return version === 4 ? dotted(value) : colons(value);
}

/** How many addresses the CIDR holds. */
export function addressCount(cidr: string): bigint {
  const { start, end } = parseCidr(cidr);
  return end - start + 1n;
}

/** The address in its one canonical spelling, undefined when the text is none. */
export function canonicalAddress(text: string): string | undefined {
  if (text.includes('/')) return undefined;
  try {
    return normalizeCidr(text);
  } catch {
    return undefined;
  }
}

/** The CIDR in its one canonical spelling, undefined when the text is none. */
export function canonicalCidr(text: string): string | undefined {
  if (!text.includes('/')) return undefined;
  try {
    return normalizeCidr(text);
  } catch {
    return undefined;
  }
}

export function firstOfFamily(cidrs: readonly string[], family: IpFamily): string | undefined {
  return cidrs.find((cidr) => familyOf(cidr) === family);
}

function dotted(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function colons(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  return normalizeCidr(groups.join(':'));
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressSpan,
  InvalidCidr,
  ipv4Cidr,
  parseCidr,
  prefixLengthOf,
} from '../../shared/migration/cidr.ts';

test('a CIDR is made again from its first address and its prefix length', () => {
  const parts = fc.record({ address: fc.nat(0xffff_ffff), prefix: fc.integer({ min: 0, max: 32 }) });
  fc.assert(
    fc.property(parts, ({ address, prefix }) => {
      const hostBits = BigInt(32 - prefix);
      const network = (BigInt(address) >> hostBits) << hostBits;
      const cidr = ipv4Cidr(network, prefix);
      expect(parseCidr(cidr, 'IPv4')).toBe(cidr);
      expect(addressSpan(cidr)).toEqual({ first: network, last: network + (1n << hostBits) - 1n });
      expect(prefixLengthOf(cidr)).toBe(prefix);
    }),
  );
});

test('an address is written as everybody writes it', () => {
  expect(ipv4Cidr(0x64_60_01_00n, 24)).toBe('100.96.1.0/24');
});

test('an address at which no such CIDR begins is refused', () => {
  expect(() => ipv4Cidr(addressSpan(parseCidr('10.0.1.0/24')).first, 16)).toThrow(InvalidCidr);
  expect(() => ipv4Cidr(0n, 33)).toThrow(InvalidCidr);
});

test('the span of an IPv6 CIDR is as wide as it says', () => {
  const { first, last } = addressSpan(parseCidr('2001:db8::/64'));
  expect(last - first + 1n).toBe(1n << 64n);
  expect(prefixLengthOf(parseCidr('2001:db8::/64'))).toBe(64);
});

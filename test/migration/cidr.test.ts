import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressAt,
  contains,
  familyOf,
  familyOfAddress,
  firstBlock,
  InvalidCidr,
  type IpFamily,
  overlap,
  parseCidr,
  readCidr,
} from '../../shared/migration/cidr.ts';

interface Block {
  readonly family: IpFamily;
  readonly network: bigint;
  readonly prefix: number;
}

/** Written here a second time, by the platform and by hand, so that the library is checked against something. */
function format({ family, network, prefix }: Block): string {
  return `${formatAddress(family, network)}/${prefix}`;
}

function formatAddress(family: IpFamily, address: bigint): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - 16 * index)) & 0xffffn);
  const written = groups.map((group) => group.toString(16)).join(':');
  return new URL(`http://[${written}]`).hostname.slice(1, -1);
}

function bitsOf(family: IpFamily): number {
  return family === 'IPv4' ? 32 : 128;
}

function block(family: IpFamily, shortest = 0): fc.Arbitrary<Block> {
  const bits = bitsOf(family);
  return fc
    .record({
      address: fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
      prefix: fc.integer({ min: shortest, max: bits }),
      // Long runs of zeros are where IPv6 texts differ.
      zeros: fc.integer({ min: 0, max: bits }),
    })
    .map(({ address, prefix, zeros }) => {
      const host = BigInt(bits - prefix);
      const kept = (address >> BigInt(zeros)) << BigInt(zeros);
      return { family, prefix, network: (kept >> host) << host };
    });
}

const anyBlock = fc.oneof(block('IPv4'), block('IPv6'));

function problemOf(text: string, family?: IpFamily): string {
  try {
    parseCidr(text, family);
  } catch (error) {
    if (error instanceof InvalidCidr) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a canonical CIDR', () => {
  test('is read back as it was written, in both families', () => {
    fc.assert(
      fc.property(anyBlock, (each) => {
        const text = format(each);
        expect(parseCidr(text, each.family)).toBe(text);
        expect(familyOf(parseCidr(text))).toBe(each.family);
      }),
    );
  });

  test('with host bits set is refused, and the canonical form is named', () => {
    const withHostBits = anyBlock
      .filter(({ family, prefix }) => prefix < bitsOf(family))
      .chain((each) =>
        fc
          .bigInt({ min: 1n, max: (1n << BigInt(bitsOf(each.family) - each.prefix)) - 1n })
          .map((host) => ({ each, text: format({ ...each, network: each.network + host }) })),
      );
    fc.assert(
      fc.property(withHostBits, ({ each, text }) => {
        expect(problemOf(text)).toBe(
          `${JSON.stringify(text)} is not a canonical CIDR; ${format(each)} would be`,
        );
      }),
    );
  });

  test('of the other family is refused where one is asked for', () => {
    expect(problemOf('2001:db8::/64', 'IPv4')).toBe('"2001:db8::/64" is not a canonical IPv4 CIDR');
    expect(problemOf('10.0.0.0/8', 'IPv6')).toBe('"10.0.0.0/8" is not a canonical IPv6 CIDR');
  });

  test.each(['0.0.0.0/0', '255.255.255.255/32', '::/0', '::1/128', '2600:1900::/28'])('may be %s', (text) => {
    expect(parseCidr(text)).toBe(text);
  });

  test.each([
    ['10.0.0.0/33', 'longer than the address'],
    ['::/129', 'longer than the address'],
    ['10.0.0.0/08', 'not how a number is written'],
    ['10.0.0.0/+8', 'not how a number is written'],
    ['10.0.0.0/ 8', 'not how a number is written'],
    ['10.0.0.0/8.0', 'not a whole number'],
    ['10.0.0.0/-1', 'negative'],
    ['10.0.0.0/1e1', 'not how a number is written'],
    ['10.0.0.0/', 'absent'],
    ['10.0.0.0', 'absent'],
    ['10.0.0.0/8/8', 'there twice'],
  ])('cannot be %s: the prefix length is %s', (text) => {
    expect(problemOf(text)).toMatch(/^".*" is not a canonical CIDR/);
  });

  test.each([
    '',
    '/',
    '/8',
    ' 10.0.0.0/8',
    '10.0.0.0/8 ',
    '10.0.0.0/8\n',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0/8',
    '10/8',
    '10.0.0.256/32',
    '10.0.0.0.0/8',
    '1.2.3.4.5/32',
    '١٠.0.0.0/8',
    'example.org/24',
    '2001:DB8::/32',
    '2001:db8:0:0:0:0:0:0/32',
    '2001:0db8::/32',
    '2001:db8::1::/64',
    'fe80::1%eth0/128',
    'g::/16',
    '[::]/0',
    ':::/0',
    '__proto__/8',
  ])('cannot be written %j', (text) => {
    expect(problemOf(text)).not.toBe('accepted');
  });

  test('is never suggested in place of what is no address at all', () => {
    for (const text of ['10.0.0.300/24', '10.0/8', '1.2.3.4.5/32', 'g::/16']) {
      expect(problemOf(text)).toBe(`${JSON.stringify(text)} is not a canonical CIDR`);
    }
  });

  test('is all that any text is read as, and nothing but InvalidCidr is thrown for the rest', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:/%x ') }),
      fc.tuple(fc.ipV4Extended(), fc.integer()).map(([address, prefix]) => `${address}/${prefix}`),
      fc
        .tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }))
        .map(([address, prefix]) => `${address}/${prefix}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        if (problemOf(text) === 'accepted') expect(readCidr(text)).toBe(text);
        const read = readCidr(text);
        expect(read === undefined || parseCidr(read) === read).toBe(true);
      }),
    );
  });
});

describe('what another API shows', () => {
  test('is read in whatever notation, in its canonical form', () => {
    expect(readCidr('2600:1900:4000:1:0:0:0:0/64', 'IPv6')).toBe('2600:1900:4000:1::/64');
    expect(readCidr('2600:1900:4000:0001::/64')).toBe('2600:1900:4000:1::/64');
    expect(readCidr('2001:DB8::/32')).toBe('2001:db8::/32');
    expect(readCidr('100.96.0.0/24', 'IPv4')).toBe('100.96.0.0/24');
  });

  test.each([
    undefined,
    '',
    'IPv6',
    '10.0.0.0',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.256/32',
    '2001:db8::1/64',
    '2001:db8::/64 ',
    'fe80::%eth0/64',
    '/64',
  ])('is not read where it is no CIDR: %j', (text) => {
    expect(readCidr(text)).toBeUndefined();
  });

  test('is not read where it is of another family', () => {
    expect(readCidr('100.96.0.0/24', 'IPv6')).toBeUndefined();
    expect(readCidr('2001:db8::/64', 'IPv4')).toBeUndefined();
  });
});

describe('an address', () => {
  test.each([
    ['10.0.0.1', 'IPv4'],
    ['0.0.0.0', 'IPv4'],
    ['::', 'IPv6'],
    ['2600:1900:4000:1::a', 'IPv6'],
    ['::ffff:10.0.0.1', 'IPv6'],
  ])('%s is of the family %s', (address, family) => {
    expect(familyOfAddress(address)).toBe(family);
  });

  test.each([
    '',
    'None',
    '10.0.0.1/32',
    '10.0.0.256',
    '10.0.1',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '1:2:3',
    'fe80::1%eth0',
  ])('%j is of no family', (text) => {
    expect(familyOfAddress(text)).toBeUndefined();
  });
});

describe('blocks and addresses within a CIDR', () => {
  test('the first block lies in the CIDR and begins where it begins', () => {
    const cases = fc.oneof(block('IPv4', 1), block('IPv6', 1)).chain((each) =>
      fc.record({
        each: fc.constant(each),
        prefix: fc.integer({ min: each.prefix, max: bitsOf(each.family) }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ each, prefix }) => {
        const outer = parseCidr(format(each));
        const first = firstBlock(outer, prefix);
        expect(first).toBe(format({ ...each, prefix }));
        expect(contains(outer, first)).toBe(true);
      }),
    );
  });

  test('the services’ range is the first /108 of the /64', () => {
    expect(firstBlock(parseCidr('2600:1900:4000:1::/64'), 108)).toBe('2600:1900:4000:1::/108');
  });

  test('a block cannot be larger than what it is taken of', () => {
    expect(() => firstBlock(parseCidr('10.128.0.0/16'), 15)).toThrow(RangeError);
  });

  test('an address is counted from the network address', () => {
    expect(addressAt(parseCidr('100.64.0.0/13'), 10)).toBe('100.64.0.10');
    expect(addressAt(parseCidr('2600:1900:4000:1::/108'), 10)).toBe('2600:1900:4000:1::a');
    expect(addressAt(parseCidr('10.0.0.0/8'), 0)).toBe('10.0.0.0');
  });

  test('an address beyond the end is refused', () => {
    expect(() => addressAt(parseCidr('10.0.0.0/30'), 4)).toThrow('10.0.0.0/30 has no address number 4');
    expect(addressAt(parseCidr('10.0.0.0/30'), 3)).toBe('10.0.0.3');
  });

  test('two CIDRs overlap exactly when one contains the other', () => {
    const near = fc.record({
      family: fc.constant('IPv4' as const),
      prefix: fc.integer({ min: 0, max: 6 }),
      bits: fc.integer({ min: 0, max: 63 }),
    });
    const small = near.map(({ family, prefix, bits }) => ({
      family,
      prefix,
      network: (BigInt(bits) >> BigInt(6 - prefix)) << BigInt(32 - prefix),
    }));
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [one, other] = [parseCidr(format(a)), parseCidr(format(b))];
        const shorter = BigInt(32 - Math.min(a.prefix, b.prefix));
        const nested = a.network >> shorter === b.network >> shorter;
        expect(overlap(one, other)).toBe(nested);
        expect(contains(one, other)).toBe(nested && a.prefix <= b.prefix);
      }),
    );
  });
});

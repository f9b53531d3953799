import fc from 'fast-check';

/** Values that nobody means well with, as JSON or YAML can bring them. */

/** Keys with a meaning to JavaScript, and such as end a line or leave a path. */
export const hostileKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    'valueOf',
    'toJSON',
    'then',
    '',
    '../../x',
    '__x__',
    'a\nb',
    'a\u0000b',
    '\ud800',
    'length',
    'polluted',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const REPEATED = [
  'a',
  '0',
  '-',
  '1.',
  '::',
  'a/',
  'a-',
  '{',
  '\\',
  '"',
  ' ',
  '\n',
  '-push',
  '://',
  'eyJ',
  'token=',
];

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '../../../etc/passwd',
      'garden-core/../x',
      'GARDEN-CORE/API',
      'garden-core/api\n{"severity":"ERROR","message":"forged"}',
      'garden-core/api\r\nX-Injected: 1',
      'gаrden-core/аpi',
      'garden-core／api',
      'garden-core/api\u0000',
      '\u202egarden-core/api',
      '\ud800',
      'x\udc00y',
      '\u001b[31mred',
      '__proto__',
      'constructor',
      '10.0.0.0',
      '10.0.0.0/',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0.1/8',
      '010.0.0.0/8',
      '10.0.0.256/8',
      '0x0a.0.0.0/8',
      '١٠.0.0.0/8',
      '10.0.0.0/٨',
      '0.0.0.0/0',
      'fe80::1%eth0/64',
      'fe80::%25/64',
      '::/0',
      '::ffff:10.0.0.0/104',
      'g::/64',
      ':::/64',
      '2026-02-30T00:00:00Z',
      '+275760-09-13T00:00:00.001Z',
      '-000001-01-01T00:00:00Z',
      '9999-12-31T23:59:60Z',
      'NaN',
      'Infinity',
      '1e999',
      '0x10',
      '250000+0000',
      '220000+2500',
      '220000-0000',
      '22:00',
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...REPEATED), fc.integer({ min: 1, max: 20_000 }))
      .map(([part, times]) => part.repeat(times)),
  },
);

export const hostileNumber = fc.oneof(
  fc.constantFrom(-1, 0, -0, 0.5, 1e21, 1e308, -1e308, 2 ** 53, 2 ** 63, 5e-324, 4_294_967_296),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

function nested(depth: number, list: boolean): unknown {
  let value: unknown = null;
  for (let level = 0; level < depth; level += 1) value = list ? [value] : { a: value };
  return value;
}

/** Made as JSON makes it: `__proto__` is a field of the object itself. */
export function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
  );
}

/** Any JSON value, near to nothing. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, [], {}),
    hostileText,
    hostileNumber,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(hostileKey, tie('value')), { maxLength: 4 }).map(objectOf),
    fc.constantFrom<unknown>(
      objectOf([['__proto__', { polluted: true }]]),
      objectOf([['constructor', { prototype: { polluted: true } }]]),
    ),
    fc.tuple(fc.integer({ min: 1, max: 2_000 }), fc.boolean()).map(([depth, list]) => nested(depth, list)),
    fc.integer({ min: 1, max: 2_000 }).map((length) => Array.from({ length }, () => 'x')),
  ),
})).value;

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

type Change =
  | { readonly kind: 'replace'; readonly value: unknown }
  | { readonly kind: 'remove' }
  | { readonly kind: 'add'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'twice' };

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('replace' as const), value: hostileValue }) },
  { weight: 2, arbitrary: fc.constant<Change>({ kind: 'remove' }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('add' as const), key: hostileKey, value: hostileValue }),
  },
  { weight: 1, arbitrary: fc.constant<Change>({ kind: 'twice' }) },
);

/** A value as it should be with one to three of its fields changed: wrong where nobody looks for it. */
export function near(good: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(good);
  const one = fc.tuple(fc.constantFrom(...paths), change);
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce<unknown>((sofar, [path, what]) => changedAt(sofar, path, what), good));
}

function changedAt(value: unknown, path: Path, what: Change): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return changedHere(value, what);
  if (typeof value !== 'object' || value === null) return value;
  const key = String(step);
  const child: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  const gone = rest.length === 0 && what.kind === 'remove';
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (String(index) !== key) return [item];
      if (gone) return [];
      return what.kind === 'twice' && rest.length === 0 ? [item, item] : [changedAt(child, rest, what)];
    });
  }
  const others = Object.entries(value).filter(([name]) => name !== key);
  return objectOf(gone ? others : [...others, [key, changedAt(child, rest, what)]]);
}

function changedHere(value: unknown, what: Change): unknown {
  if (what.kind === 'replace') return what.value;
  if (what.kind === 'twice') return [value, value];
  if (what.kind === 'remove') return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return what.value;
  return objectOf([...Object.entries(value), [what.key, what.value]]);
}

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../../shared/store/documents.ts';
import { DocumentTooLarge, EXPIRES_AT } from '../../../shared/store/documents.ts';
import type { Scene } from './scene.ts';

/** Which values are kept as they are, and which are refused. */
export function valuesContract(scene: () => Scene): void {
  describe('values', () => {
    const odd: Record<string, Fields> = {
      empty: {},
      'empty values': { text: '', list: [], map: {}, nothing: null, inList: [[], {}].slice(1) },
      numbers: { zero: 0, negative: -7, fraction: 0.1, large: 2 ** 53, huge: 1e300, tiny: 5e-324 },
      booleans: { yes: true, no: false },
      nesting: { a: { b: [{ c: [{ d: { e: [1, 'two', null, false] } }] }] } },
      'names with dots, slashes and quotes': { 'a.b': { 'c/d': 1, '`e`': 2, 'f\\g': 3, '*': 4, '[0]': 5 } },
      unicode: { 'schlüssel-鍵-🔑': 'Wert-値-💎', '\u0000': 'a\u0000b', '\u2028': '\ufeff' },
      'names that a store reserves': { '': 1, '~': 2, '~absent': 3, __name__: 4, m: { '': { __id7__: 5 } } },
      'a prototype that is none': JSON.parse('{"__proto__":{"a":1},"m":{"__proto__":2,"constructor":3}}'),
    };

    test.for(Object.entries(odd))('%s come back as they were', async ([, fields]) => {
      const { documents, path, put, existing } = scene();
      const read = await put(fields);
      // As text: toEqual looks through a name __proto__ and would not see it missing.
      expect(sortedJson(read.fields)).toBe(sortedJson(fields));
      await documents.commit([{ kind: 'replace', path, fields: { a: 1 }, ifVersion: read.version }]);
      expect((await existing()).fields).toEqual({ a: 1 });
    });

    const list: unknown = [[1]];
    const refused: Record<string, unknown> = {
      'a list in a list': { f: list },
      undefined: { f: undefined },
      NaN: { f: Number.NaN },
      infinity: { f: { g: Number.POSITIVE_INFINITY } },
      'a date': { f: new Date(0) },
      'a bigint': { f: [1n] },
      'a function': { f: () => 1 },
      'half a surrogate pair': { f: '\ud83d' },
      'a name of 1500 bytes': { ['f'.repeat(1500)]: 1 },
      'nesting beyond 20': { f: nested(21) },
    };
    test.for(Object.entries(refused))('%s is refused with the field named', async ([, value]) => {
      const { documents, path } = scene();
      const write = documents.commit([{ kind: 'put', path, fields: value as Fields }]);
      await expect(write).rejects.toThrow(TypeError);
      await expect(write).rejects.toThrow(`document ${path}, field f`);
      expect(await documents.get(path)).toBeUndefined();
    });

    test('the moment after which a document may go comes back as it was, and is a value like any other', async () => {
      const { documents, collection, path, put, existing } = scene();
      const fields = { [EXPIRES_AT]: '2026-11-21T23:32:53.007Z', n: 1 };
      const read = await put(fields);
      expect(read.fields).toEqual(fields);
      expect((await put(fields)).version).toBe(read.version);
      const where = { field: EXPIRES_AT, equals: fields[EXPIRES_AT] };
      expect(await documents.list(collection, { where })).toMatchObject([{ path, fields }]);
      const later = { ...fields, [EXPIRES_AT]: '9999-12-31T23:59:59.999Z' };
      await documents.commit([{ kind: 'replace', path, fields: later, ifVersion: read.version }]);
      expect((await existing()).fields).toEqual(later);
      expect((await existing()).version).not.toBe(read.version);
    });

    test.for(['tomorrow', '2026-11-21', '2026-11-21T23:32:53Z', '+010000-01-01T00:00:00.000Z', 5, null])(
      '%s is no moment after which a document may go, and refused as one, but not further down',
      async (moment) => {
        const { documents, path, put } = scene();
        const write = documents.commit([{ kind: 'put', path, fields: { [EXPIRES_AT]: moment } }]);
        await expect(write).rejects.toThrow(TypeError);
        await expect(write).rejects.toThrow(`document ${path}, field ${EXPIRES_AT}`);
        expect(await documents.get(path)).toBeUndefined();
        const lease = { lease: { [EXPIRES_AT]: moment } };
        expect((await put(lease)).fields).toEqual(lease);
      },
    );

    test('nesting of 20 is stored', async () => {
      const { put } = scene();
      const fields = { f: nested(20) } as Fields;
      expect((await put(fields)).fields).toEqual(fields);
    });

    test.for(['one', 'a/b/c', '', '/a', 'a//b', 'a/..', 'a/__id__', `a/${'x'.repeat(1501)}`])(
      'the path "%.20s" names no document and is refused',
      async (bad) => {
        const { documents } = scene();
        await expect(documents.get(bad)).rejects.toThrow(TypeError);
        await expect(documents.commit([{ kind: 'put', path: bad, fields: {} }])).rejects.toThrow(TypeError);
      },
    );
  });

  describe('size', () => {
    // 32 for the document, 16 for its name, one more for each text: Firestore's "Storage size calculations".
    const overhead = (collection: string) => 32 + 16 + collection.length + 1 + 'one'.length + 1;

    test('a document of exactly 1 MiB is stored, one byte more is refused with the document named', async () => {
      const { collection, documents, path } = scene();
      const room = 1_048_576 - overhead(collection) - ('a'.length + 1 + 1) - ('b'.length + 1 + 1);
      const half = Math.floor(room / 2);
      const fields = { a: 'x'.repeat(half), b: 'x'.repeat(room - half) };
      await documents.commit([{ kind: 'put', path, fields }]);
      const tooLarge = documents.commit([{ kind: 'put', path, fields: { ...fields, b: `${fields.b}x` } }]);
      await expect(tooLarge).rejects.toThrow(DocumentTooLarge);
      await expect(tooLarge).rejects.toMatchObject({ path });
    });

    test('letters count as the bytes they take in UTF-8', async () => {
      const { documents, path } = scene();
      const fields = { a: '鍵'.repeat(180_000), b: '鍵'.repeat(180_000) };
      await expect(documents.commit([{ kind: 'put', path, fields }])).rejects.toThrow(DocumentTooLarge);
    });

    test('a single field holds 1,048,487 bytes and no more', async () => {
      const { put } = scene();
      // A path so short that the document's own limit is not reached first.
      const short = `f/${randomUUID().slice(0, 12)}`;
      await put({ a: 'x'.repeat(1_048_487) }, short);
      await expect(put({ a: 'x'.repeat(1_048_488) }, short)).rejects.toThrow(DocumentTooLarge);
    });
  });
}

/** `depth` maps within each other. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { d: value };
  return value;
}

/** JSON with every object's names in order. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

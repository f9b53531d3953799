import { describe, expect, test } from 'vitest';
import { DocumentExists, StaleDocument } from '../../../shared/store/documents.ts';
import type { Scene } from './scene.ts';

/** What is promised of a single document. */
export function oneDocumentContract(scene: () => Scene): void {
  describe('one document', () => {
    test('an unwritten document is undefined', async () => {
      const { documents, path } = scene();
      expect(await documents.get(path)).toBeUndefined();
    });

    test('is read back with its path, id and fields', async () => {
      const { documents, path, existing } = scene();
      await documents.commit([{ kind: 'create', path, fields: { shoot: 'garden-core/api' } }]);
      expect(await existing()).toMatchObject({ path, id: 'one', fields: { shoot: 'garden-core/api' } });
    });

    test('lives in a subcollection apart from its parent', async () => {
      const { documents, collection, path, put } = scene();
      await put({ depth: 2 }, `${path}/routes/r-7`);
      expect(await documents.get(path)).toBeUndefined();
      expect(await documents.list(`${path}/routes`)).toMatchObject([{ id: 'r-7', fields: { depth: 2 } }]);
      expect(await documents.list(collection)).toEqual([]);
    });

    test('create refuses when the document exists, and names it', async () => {
      const { documents, path, put, existing } = scene();
      await put({ first: true });
      const again = documents.commit([{ kind: 'create', path, fields: { first: false } }]);
      await expect(again).rejects.toThrow(DocumentExists);
      await expect(again).rejects.toMatchObject({ path });
      expect((await existing()).fields).toEqual({ first: true });
    });

    test('each effective write gives another version, also after delete and re-creation', async () => {
      const { documents, path, put } = scene();
      const versions = [(await put({ n: 1 })).version, (await put({ n: 2 })).version];
      await documents.commit([{ kind: 'delete', path }]);
      versions.push((await put({ n: 1 })).version);
      expect(new Set(versions).size).toBe(3);
    });

    test('a write that changes nothing keeps the version, whatever the order of the fields', async () => {
      const { put } = scene();
      const before = await put({ a: 1, b: { c: 2, d: 3 } });
      const after = await put({ b: { d: 3, c: 2 }, a: 1 });
      expect(after.version).toBe(before.version);
    });

    test('put overwrites: fields it does not name are gone', async () => {
      const { put } = scene();
      await put({ gone: 1, nested: { gone: 1 } });
      expect((await put({ nested: { kept: 1 } })).fields).toEqual({ nested: { kept: 1 } });
    });

    test('replace overwrites: fields it does not name are gone', async () => {
      const { documents, path, put, existing } = scene();
      const { version } = await put({ gone: 1, 'a.b': 1, nested: { gone: 1, deeper: { gone: 1 } } });
      const fields = { nested: { deeper: {} }, added: [1] };
      await documents.commit([{ kind: 'replace', path, fields, ifVersion: version }]);
      expect((await existing()).fields).toEqual(fields);
    });

    test('replace by no fields at all leaves an empty document', async () => {
      const { documents, path, put, existing } = scene();
      const { version } = await put({ gone: 1 });
      await documents.commit([{ kind: 'replace', path, fields: {}, ifVersion: version }]);
      expect((await existing()).fields).toEqual({});
    });

    test('replace refuses a version that is no longer the current one', async () => {
      const { documents, path, put, existing } = scene();
      const { version } = await put({ n: 1 });
      await put({ n: 2 });
      const late = documents.commit([{ kind: 'replace', path, fields: { n: 3 }, ifVersion: version }]);
      await expect(late).rejects.toThrow(StaleDocument);
      await expect(late).rejects.toMatchObject({ path });
      expect((await existing()).fields).toEqual({ n: 2 });
    });

    test('replace and delete refuse when the document is gone, and do not bring it back', async () => {
      const { documents, path, put } = scene();
      const { version } = await put({ n: 1 });
      await documents.commit([{ kind: 'delete', path }]);
      const replaced = documents.commit([{ kind: 'replace', path, fields: { n: 3 }, ifVersion: version }]);
      await expect(replaced).rejects.toThrow(StaleDocument);
      const deleted = documents.commit([{ kind: 'delete', path, ifVersion: version }]);
      await expect(deleted).rejects.toThrow(StaleDocument);
      expect(await documents.get(path)).toBeUndefined();
    });

    test('delete with the current version removes, with an older one refuses', async () => {
      const { documents, path, put } = scene();
      const { version: older } = await put({ n: 1 });
      const { version: current } = await put({ n: 2 });
      await expect(documents.commit([{ kind: 'delete', path, ifVersion: older }])).rejects.toThrow(
        StaleDocument,
      );
      await documents.commit([{ kind: 'delete', path, ifVersion: current }]);
      expect(await documents.get(path)).toBeUndefined();
    });

    test('delete without a version may be repeated', async () => {
      const { documents, path } = scene();
      await documents.commit([{ kind: 'delete', path }]);
      await documents.commit([{ kind: 'delete', path }]);
    });

    test('what was handed in or out can be changed without changing the store', async () => {
      const { documents, path, existing } = scene();
      const fields = { list: [1], map: { a: 1 } };
      await documents.commit([{ kind: 'put', path, fields }]);
      fields.list.push(2);
      fields.map.a = 2;
      const read = await existing();
      // A store may hand out what nobody can change.
      Reflect.set(read.fields, 'list', 'spoilt');
      expect((await existing()).fields).toEqual({ list: [1], map: { a: 1 } });
    });
  });
}

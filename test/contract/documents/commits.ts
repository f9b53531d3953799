import { describe, expect, test } from 'vitest';
import { DocumentExists, MAX_WRITES_PER_COMMIT, StaleDocument } from '../../../shared/store/documents.ts';
import type { Scene } from './scene.ts';

/** What is promised of several documents: commits and lists. */
export function commitsContract(scene: () => Scene): void {
  describe('commit', () => {
    test('writes several documents at once', async () => {
      const { documents, collection, path, put, existing } = scene();
      const { version } = await put({ n: 1 });
      await put({ n: 1 }, `${collection}/gone`);
      await documents.commit([
        { kind: 'replace', path, fields: { n: 2 }, ifVersion: version },
        { kind: 'create', path: `${path}/history/1`, fields: { did: 'replace' } },
        { kind: 'delete', path: `${collection}/gone` },
      ]);
      expect((await existing()).fields).toEqual({ n: 2 });
      expect((await existing(`${path}/history/1`)).fields).toEqual({ did: 'replace' });
      expect(await documents.get(`${collection}/gone`)).toBeUndefined();
    });

    test('tells the version of each document that it wrote, by which it can be written again unread', async () => {
      const { documents, collection, path, put, existing } = scene();
      const { version } = await put({ n: 1 });
      await put({ n: 1 }, `${collection}/gone`);
      const versions = await documents.commit([
        { kind: 'delete', path: `${collection}/gone` },
        { kind: 'replace', path, fields: { n: 2 }, ifVersion: version },
        { kind: 'create', path: `${collection}/new`, fields: { n: 1 } },
        { kind: 'put', path: `${collection}/put`, fields: { n: 1 } },
      ]);
      const stored = [path, `${collection}/new`, `${collection}/put`].map((each) => existing(each));
      const read = (await Promise.all(stored)).map((document) => document.version);
      expect(versions).toEqual([undefined, ...read]);
      const [, replaced] = versions;
      if (replaced === undefined) throw new Error('no version was told');
      expect(replaced).not.toBe(version);
      await documents.commit([{ kind: 'replace', path, fields: { n: 3 }, ifVersion: replaced }]);
      expect((await existing()).fields).toEqual({ n: 3 });
    });

    test('applies nothing when one precondition fails, and names the document that failed', async () => {
      const { documents, collection, path, put, existing } = scene();
      const good = await put({ n: 1 });
      const other = await put({ n: 1 }, `${collection}/two`);
      await put({ n: 2 }, other.path);
      const commit = documents.commit([
        { kind: 'put', path: `${collection}/three`, fields: {} },
        { kind: 'replace', path, fields: { n: 9 }, ifVersion: good.version },
        { kind: 'replace', path: other.path, fields: { n: 9 }, ifVersion: other.version },
      ]);
      await expect(commit).rejects.toThrow(StaleDocument);
      await expect(commit).rejects.toMatchObject({ path: other.path });
      expect(await documents.get(`${collection}/three`)).toBeUndefined();
      expect(await existing()).toEqual(good);
    });

    test('names the document of several creates that exists', async () => {
      const { documents, collection, put } = scene();
      await put({}, `${collection}/two`);
      const paths = ['one', 'two', 'three'].map((id) => `${collection}/${id}`);
      const commit = documents.commit(paths.map((each) => ({ kind: 'create', path: each, fields: {} })));
      await expect(commit).rejects.toThrow(DocumentExists);
      await expect(commit).rejects.toMatchObject({ path: `${collection}/two` });
      expect(await documents.list(collection)).toHaveLength(1);
    });

    test('of no writes does nothing', async () => {
      const { documents } = scene();
      expect(await documents.commit([])).toEqual([]);
    });

    test('takes the allowed number of writes and refuses more', async () => {
      const { documents, collection } = scene();
      const writes = Array.from({ length: MAX_WRITES_PER_COMMIT + 1 }, (_, index) => ({
        kind: 'create' as const,
        path: `${collection}/d-${index}`,
        fields: { index },
      }));
      await expect(documents.commit(writes)).rejects.toThrow(RangeError);
      expect(await documents.list(collection)).toEqual([]);
      await documents.commit(writes.slice(1));
      expect(await documents.list(collection)).toHaveLength(MAX_WRITES_PER_COMMIT);
    });

    test('refuses two writes to one document', async () => {
      const { documents, path } = scene();
      const write = { kind: 'put' as const, path, fields: {} };
      await expect(documents.commit([write, write])).rejects.toThrow(`${path} is written twice`);
    });

    test('refuses more than 4 MB at once instead of hanging', async () => {
      const { documents, collection } = scene();
      const fields = { text: 'x'.repeat(900_000) };
      const writes = [1, 2, 3, 4, 5].map((id) => ({
        kind: 'put' as const,
        path: `${collection}/${id}`,
        fields,
      }));
      await expect(documents.commit(writes)).rejects.toThrow(RangeError);
      await documents.commit(writes.slice(1));
    });
  });

  describe('list', () => {
    test('is ordered by id in UTF-8 order and pages by limit and after', async () => {
      const { documents, collection, put } = scene();
      const ids = ['B', 'a', 'a-10', 'a-9', 'ä', '\uff5e', '😀'];
      for (const id of [...ids].reverse()) await put({ id }, `${collection}/${id}`);
      const pages: string[][] = [];
      let after: string | undefined;
      for (;;) {
        const page = await documents.list(collection, { limit: 3, ...(after !== undefined && { after }) });
        if (page.length === 0) break;
        pages.push(page.map(({ id }) => id));
        after = page.at(-1)?.id;
      }
      expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    });

    test('where keeps equal values of the same type only, and pages as well', async () => {
      const { documents, collection, put } = scene();
      const values = ['waiting', 'done', 'waiting', 1, '1', true, null, ['waiting'], 'waiting'];
      for (const [index, state] of values.entries()) {
        await put({ 'the.state': state }, `${collection}/m-${index}`);
      }
      await put({ 'other.state': 'waiting' }, `${collection}/m-x`);
      const ids = async (equals: string | number | boolean, after?: string) => {
        const where = { field: 'the.state', equals };
        const query = { where, limit: 2, ...(after !== undefined && { after }) };
        return (await documents.list(collection, query)).map(({ id }) => id);
      };
      expect(await ids('waiting')).toEqual(['m-0', 'm-2']);
      expect(await ids('waiting', 'm-2')).toEqual(['m-8']);
      expect(await ids(1)).toEqual(['m-3']);
      expect(await ids('1')).toEqual(['m-4']);
      expect(await ids(true)).toEqual(['m-5']);
      expect(await ids('absent')).toEqual([]);
    });

    test('hands out versions that a replace takes', async () => {
      const { documents, collection, put, existing } = scene();
      await put({ n: 1 });
      const [listed] = await documents.list(collection);
      expect(listed).toEqual(await existing());
    });

    test('of an unknown collection is empty; of a path that names a document it is refused', async () => {
      const { documents, collection, path } = scene();
      expect(await documents.list(collection)).toEqual([]);
      await expect(documents.list(path)).rejects.toThrow(TypeError);
    });
  });
}

import { describe, expect, test } from 'vitest';
import { configMaps } from '../../infra/local/cluster/index.ts';
import { formatFields, parseFields } from '../../infra/local/cluster/ownership/field-set.ts';
import { duplicateFields } from '../../infra/local/cluster/schema/duplicates.ts';
import { clusterInProcess, refusal } from './small-cluster.ts';

const NAMED = { namespace: 'default', name: 'a' };
const configuration = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
});

describe('the record of who owns what', () => {
  test('a writer of this process who does not say its name takes fields from who applied them', async () => {
    const { client } = clusterInProcess({ objects: [] });
    const apply = (data: Record<string, string>) =>
      client.patch(configMaps, NAMED, { kind: 'apply', body: configuration(data) }, { fieldManager: 'one' });
    await apply({ x: '1' });
    await client.patch(configMaps, NAMED, { kind: 'merge', body: { data: { x: '2' } } });
    expect(await refusal(apply({ x: '1' }))).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "kube-controller-manager" using v1: .data.x',
    });
  });

  test('an object that nobody from outside wrote has none', async () => {
    const { client } = clusterInProcess({ objects: [] });
    const created = await client.create(configMaps, { ...configuration({ x: '1' }), metadata: NAMED });
    const changed = await client.patch(configMaps, NAMED, { kind: 'merge', body: { data: { x: '2' } } });
    expect(created.metadata).not.toHaveProperty('managedFields');
    expect(changed.metadata).not.toHaveProperty('managedFields');
  });

  test('several conflicts are told manager by manager', async () => {
    const { client } = clusterInProcess({ objects: [] });
    const apply = (fieldManager: string, data: Record<string, string>) =>
      client.patch(configMaps, NAMED, { kind: 'apply', body: configuration(data) }, { fieldManager });
    await apply('one', { x: '1', y: '1' });
    await apply('two', { z: '1' });
    const refused = await refusal(apply('three', { x: '2', y: '2', z: '2' }));
    expect(refused.message).toBe(
      'Apply failed with 3 conflicts: conflicts with "one":\n- .data.x\n- .data.y\nconflict with "two": .data.z',
    );
  });

  test('fields that are members and have members below are told apart from those that only have', () => {
    const fields = {
      'f:spec': {
        'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:image': {} } },
        'f:replicas': {},
      },
    };
    expect(formatFields(parseFields(fields))).toEqual(fields);
  });
});

describe('fields that stand twice', () => {
  test.each([
    ['{"a":1,"b":{"a":1}}', []],
    ['{"a":1,"a":2,"a":3}', ['a']],
    ['{"spec":{"list":[{"x":1},{"x":1,"y":{},"x":2}]}}', ['spec.list[1].x']],
    ['{"a":"\\"b\\": {", "b":["a","a"], "c":{"a,}":1 , "a,}" : 2}}', ['c.a,}']],
  ])('%s', (text, fields) => {
    expect(duplicateFields(text)).toEqual(fields);
  });
});

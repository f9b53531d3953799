import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { jsonPatch } from '../../infra/local/cluster/patch/json-patch.ts';
import { strategicMerge } from '../../infra/local/cluster/patch/strategic-merge.ts';
import { kubeConfigFor, refusedWith } from './client-node.ts';
import { simulatorOverHttp } from './small-cluster.ts';

const calico = { namespace: 'kube-system', name: 'calico-node' };

async function clients() {
  const config = kubeConfigFor(await simulatorOverHttp());
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
  };
}

describe('patches through client-node', () => {
  test('a JSON patch is applied whole or not at all', async () => {
    const { core } = await clients();
    const target = { namespace: 'kube-system', name: 'shoot-info' };
    const body = [
      { op: 'test', path: '/data/provider', value: 'gcp' },
      { op: 'replace', path: '/data/provider', value: 'other' },
    ];
    expect((await core.patchNamespacedConfigMap({ ...target, body })).data?.provider).toBe('other');
    expect(await refusedWith(core.patchNamespacedConfigMap({ ...target, body }))).toMatchObject({
      code: 422,
    });
  });

  test('a merge patch replaces lists, a strategic merge patch merges them by key', async () => {
    const { apps } = await clients();
    const container = { name: 'calico-node', env: [{ name: 'IP6', value: 'autodetect' }] };
    const body = { spec: { template: { spec: { containers: [container] } } } };
    const merged = await apps.patchNamespacedDaemonSet(
      { ...calico, body },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    const env = merged.spec?.template.spec?.containers[0]?.env?.map(({ name }) => name);
    expect(env).toContain('IP6');
    expect(env).toContain('FELIX_IPV6SUPPORT');
    const replacing = apps.patchNamespacedDaemonSet(
      { ...calico, body },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    expect((await refusedWith(replacing)).message).toContain(
      'spec.template.spec.containers[0].image: Required value',
    );
  });

  test('server-side apply creates, changes, and takes back what its manager no longer says', async () => {
    const { core } = await clients();
    const apply = (data: Record<string, string>) =>
      core.patchNamespacedConfigMap(
        {
          namespace: 'shop',
          name: 'applied',
          fieldManager: 'test',
          force: true,
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data },
        },
        setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
      );
    await apply({ mine: '1', gone: '1' });
    await core.patchNamespacedConfigMap(
      { namespace: 'shop', name: 'applied', body: { data: { theirs: '1' } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    expect((await apply({ mine: '2' })).data).toEqual({ mine: '2', theirs: '1' });
  });

  test('a patch that says a stale resourceVersion is a Conflict', async () => {
    const { core } = await clients();
    const target = { namespace: 'kube-system', name: 'shoot-info' };
    const { metadata } = await core.readNamespacedConfigMap(target);
    const patch = () =>
      core.patchNamespacedConfigMap(
        {
          ...target,
          body: {
            metadata: { resourceVersion: metadata?.resourceVersion },
            data: { touched: String(Math.PI) },
          },
        },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    await patch();
    expect(await refusedWith(patch())).toMatchObject({ code: 409, reason: 'Conflict' });
  });

  test('a custom resource does not know strategic merge', async () => {
    const { custom } = await clients();
    const attempt = custom.patchClusterCustomObject(
      {
        group: 'crd.projectcalico.org',
        version: 'v1',
        plural: 'ippools',
        name: 'default-ipv4-ippool',
        body: { spec: { natOutgoing: false } },
      },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    expect(await refusedWith(attempt)).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  });
});

describe('strategic merge', () => {
  const containers = [
    { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
    { name: 'b', image: 'b:1' },
  ];

  test('$patch: delete takes an entry out, $patch: replace the whole list away', () => {
    expect(strategicMerge({ containers }, { containers: [{ $patch: 'delete', name: 'b' }] })).toEqual({
      containers: [containers[0]],
    });
    const replacement = { name: 'c', image: 'c:1' };
    expect(strategicMerge({ containers }, { containers: [replacement, { $patch: 'replace' }] })).toEqual({
      containers: [replacement],
    });
  });

  test('$setElementOrder orders, $retainKeys drops the rest, $deleteFromPrimitiveList removes values', () => {
    const order = { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] };
    expect(strategicMerge({ containers }, order)).toEqual({ containers: [containers[1], containers[0]] });
    const volume = { name: 'v', emptyDir: {} };
    const patch = { $retainKeys: ['name', 'hostPath'], name: 'v', hostPath: { path: '/x' } };
    expect(strategicMerge({ volumes: [volume] }, { volumes: [patch] })).toEqual({
      volumes: [{ name: 'v', hostPath: { path: '/x' } }],
    });
    expect(
      strategicMerge({ finalizers: ['a', 'b'] }, { '$deleteFromPrimitiveList/finalizers': ['a'] }),
    ).toEqual({ finalizers: ['b'] });
  });

  test('ports of containers and of Services, conditions and constraints are known by their own keys', () => {
    const change = (field: string, before: object, after: object) =>
      strategicMerge({ [field]: [before] as never }, { [field]: [after] as never })[field];
    expect(change('ports', { containerPort: 1, name: 'x' }, { containerPort: 1, name: 'y' })).toHaveLength(1);
    expect(change('ports', { port: 1 }, { port: 2 })).toHaveLength(2);
    expect(change('conditions', { type: 'A', status: 'True' }, { type: 'A', status: 'False' })).toHaveLength(
      1,
    );
    expect(change('constraints', { type: 'A' }, { type: 'B' })).toHaveLength(2);
    expect(change('args', { a: 1 }, { b: 1 })).toEqual([{ b: 1 }]);
  });
});

describe('JSON patch', () => {
  test.each([
    [
      { op: 'add', path: '/list/-', value: 3 },
      { list: [1, 2, 3], a: { 'x/y': 1 } },
    ],
    [
      { op: 'add', path: '/list/0', value: 0 },
      { list: [0, 1, 2], a: { 'x/y': 1 } },
    ],
    [
      { op: 'remove', path: '/list/0' },
      { list: [2], a: { 'x/y': 1 } },
    ],
    [
      { op: 'replace', path: '/a/x~1y', value: 2 },
      { list: [1, 2], a: { 'x/y': 2 } },
    ],
    [
      { op: 'move', from: '/a/x~1y', path: '/b' },
      { list: [1, 2], a: {}, b: 1 },
    ],
    [
      { op: 'copy', from: '/list', path: '/b' },
      { list: [1, 2], a: { 'x/y': 1 }, b: [1, 2] },
    ],
  ])('%j', (operation, expected) => {
    expect(jsonPatch({ list: [1, 2], a: { 'x/y': 1 } }, [operation])).toEqual(expected);
  });
});

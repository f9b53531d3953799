import { AppsV1Api, CoordinationV1Api, CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { kubeConfigFor, refusedWith } from './client-node.ts';
import { simulatorOverHttp } from './small-cluster.ts';

async function clients() {
  const simulator = await simulatorOverHttp();
  const config = kubeConfigFor(simulator);
  return {
    simulator,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    leases: config.makeApiClient(CoordinationV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
  };
}

const namespace = 'shop';
const configMap = (name: string, data: Record<string, string> = {}) => ({ metadata: { name }, data });

describe('objects through client-node', () => {
  test('what is created can be read, replaced and deleted', async () => {
    const { core } = await clients();
    const created = await core.createNamespacedConfigMap({ namespace, body: configMap('a', { x: '1' }) });
    expect(created.metadata).toMatchObject({ name: 'a', namespace, uid: expect.any(String) });
    const replaced = await core.replaceNamespacedConfigMap({
      namespace,
      name: 'a',
      body: { ...created, data: { x: '2' } },
    });
    expect(Number(replaced.metadata?.resourceVersion)).toBeGreaterThan(
      Number(created.metadata?.resourceVersion),
    );
    expect((await core.readNamespacedConfigMap({ namespace, name: 'a' })).data).toEqual({ x: '2' });
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
    expect(await refusedWith(core.readNamespacedConfigMap({ namespace, name: 'a' }))).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'configmaps "a" not found',
    });
  });

  test('a second object of a name is refused as AlreadyExists, a stale replacement as Conflict', async () => {
    const { core } = await clients();
    const first = await core.createNamespacedConfigMap({ namespace, body: configMap('a') });
    expect(
      await refusedWith(core.createNamespacedConfigMap({ namespace, body: configMap('a') })),
    ).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    });
    await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: { ...first, data: { by: 'one' } } });
    const stale = core.replaceNamespacedConfigMap({
      namespace,
      name: 'a',
      body: { ...first, data: { by: 'two' } },
    });
    expect(await refusedWith(stale)).toMatchObject({ code: 409, reason: 'Conflict' });
    expect((await core.readNamespacedConfigMap({ namespace, name: 'a' })).data).toEqual({ by: 'one' });
  });

  test('a Lease without its resourceVersion cannot be replaced, and of two holders one wins', async () => {
    const { leases } = await clients();
    const lease = await leases.createNamespacedLease({
      namespace,
      body: { metadata: { name: 'l' }, spec: { holderIdentity: 'a' } },
    });
    const blind = { metadata: { name: 'l' }, spec: { holderIdentity: 'b' } };
    expect(
      (await refusedWith(leases.replaceNamespacedLease({ namespace, name: 'l', body: blind }))).message,
    ).toBe(
      'Lease.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
    const take = (holderIdentity: string) =>
      leases.replaceNamespacedLease({ namespace, name: 'l', body: { ...lease, spec: { holderIdentity } } });
    const outcomes = await Promise.allSettled([take('b'), take('c')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('nothing is created in a namespace that does not exist', async () => {
    const { core } = await clients();
    const attempt = core.createNamespacedConfigMap({ namespace: 'nowhere', body: configMap('a') });
    expect(await refusedWith(attempt)).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
  });

  test('a dry run checks and answers, but stores nothing', async () => {
    const { core } = await clients();
    await core.createNamespacedConfigMap({ namespace, body: configMap('a'), dryRun: 'All' });
    await core.deleteNamespacedPod({ namespace: 'kube-system', name: await podName(core), dryRun: 'All' });
    expect((await refusedWith(core.readNamespacedConfigMap({ namespace, name: 'a' }))).code).toBe(404);
    const pods = await core.listNamespacedPod({
      namespace: 'kube-system',
      labelSelector: 'k8s-app=kube-dns',
    });
    expect(pods.items.every((pod) => pod.metadata?.deletionTimestamp === undefined)).toBe(true);
  });

  test('a finalizer keeps a deleted object until it is taken off', async () => {
    const { core } = await clients();
    const body = { metadata: { name: 'a', finalizers: ['example.com/wait'] } };
    await core.createNamespacedConfigMap({ namespace, body });
    await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
    const held = await core.readNamespacedConfigMap({ namespace, name: 'a' });
    expect(held.metadata?.deletionTimestamp).toBeInstanceOf(Date);
    await core.replaceNamespacedConfigMap({
      namespace,
      name: 'a',
      body: { ...held, metadata: { ...held.metadata, finalizers: [] } },
    });
    expect((await refusedWith(core.readNamespacedConfigMap({ namespace, name: 'a' }))).code).toBe(404);
  });

  test('the generation counts changes of the spec only, and a write that changes nothing is none', async () => {
    const { apps } = await clients();
    const before = await apps.readNamespacedDeployment({ namespace, name: 'web' });
    const labelled = { ...before, metadata: { ...before.metadata, labels: { app: 'web', tier: 'front' } } };
    const after = await apps.replaceNamespacedDeployment({ namespace, name: 'web', body: labelled });
    expect(after.metadata?.generation).toBe(before.metadata?.generation);
    const again = await apps.replaceNamespacedDeployment({ namespace, name: 'web', body: after });
    expect(again.metadata?.resourceVersion).toBe(after.metadata?.resourceVersion);
    if (again.spec) again.spec.paused = true;
    const changed = await apps.replaceNamespacedDeployment({ namespace, name: 'web', body: again });
    expect(changed.metadata?.generation).toBe((before.metadata?.generation ?? 0) + 1);
  });

  test('status is written through its own endpoint only', async () => {
    const { custom } = await clients();
    const at = { group: 'core.gardener.cloud', version: 'v1beta1', namespace, plural: 'shoots' };
    const body = {
      apiVersion: 'core.gardener.cloud/v1beta1',
      kind: 'Shoot',
      metadata: { name: 's' },
      spec: { a: 1 },
      status: { x: 1 },
    };
    const created = await custom.createNamespacedCustomObject({ ...at, body });
    expect(created).not.toHaveProperty('status');
    const withStatus = { ...body, spec: { a: 2 }, status: { constraints: [{ type: 'T', status: 'True' }] } };
    const updated = await custom.replaceNamespacedCustomObjectStatus({ ...at, name: 's', body: withStatus });
    expect(updated).toMatchObject({
      spec: { a: 1 },
      status: { constraints: [{ type: 'T', status: 'True' }] },
    });
  });

  test('missing and malformed fields are refused with their names', async () => {
    const { apps, core } = await clients();
    const nameless = core.createNamespacedConfigMap({ namespace, body: configMap('Not_A_Name') });
    expect(await refusedWith(nameless)).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: { name: 'Not_A_Name' },
    });
    const labels = { app: 'x' };
    const body = {
      metadata: { name: 'x' },
      spec: {
        selector: { matchLabels: { app: 'y' } },
        template: { metadata: { labels }, spec: { containers: [] } },
      },
    };
    const { details } = await refusedWith(apps.createNamespacedDeployment({ namespace, body }));
    expect(details?.causes).toEqual([
      expect.objectContaining({ field: 'spec.template.metadata.labels', reason: 'FieldValueInvalid' }),
      expect.objectContaining({ field: 'spec.template.spec.containers', reason: 'FieldValueRequired' }),
    ]);
  });

  test('a deleted namespace takes everything in it along', async () => {
    const { core, apps } = await clients();
    await core.deleteNamespace({ name: namespace });
    await expect
      .poll(async () => (await core.listNamespace()).items.map(({ metadata }) => metadata?.name))
      .not.toContain(namespace);
    expect(
      (await apps.listDeploymentForAllNamespaces()).items.map(({ metadata }) => metadata?.name),
    ).not.toContain('web');
  });
});

async function podName(core: CoreV1Api): Promise<string> {
  const { items } = await core.listNamespacedPod({
    namespace: 'kube-system',
    labelSelector: 'k8s-app=kube-dns',
  });
  return items[0]?.metadata?.name ?? '';
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  VersionApi,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheFolder, serverPaths } from './control-plane/binaries.ts';
import type { ControlPlane } from './control-plane/index.ts';
import { startControlPlane } from './control-plane/index.ts';
import { pinned } from './control-plane/pinned.ts';
import { describeOnCluster } from './support.ts';

const IPV4 = '100.64.0.0/13';
const IPV6 = '2001:db8:64::/112';

describeOnCluster('the control plane', () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ serviceClusterIpRanges: [IPV4] });
  });
  afterAll(async () => {
    await controlPlane?.stop();
  });

  const configOf = (kubeconfig: string) => {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    return config;
  };
  const admin = () => configOf(controlPlane.kubeconfig);
  const core = () => admin().makeApiClient(CoreV1Api);

  test('says the version that its binary has: the pinned one, where it was built here', async () => {
    const { gitVersion } = await admin().makeApiClient(VersionApi).getCode();
    const { 'kube-apiserver': program } = await serverPaths();
    const { stdout } = await promisify(execFile)(program, ['--version']);
    expect(stdout.trim()).toBe(`Kubernetes ${gitVersion}`);
    if (program.startsWith(cacheFolder())) expect(gitVersion).toBe(pinned().kubernetes);
  });

  test("Kubernetes' own controllers work: a Deployment gets its pods, admitted with a service account", async () => {
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };
    await admin()
      .makeApiClient(AppsV1Api)
      .createNamespacedDeployment({
        namespace: 'default',
        body: {
          metadata: { name: 'web' },
          spec: { replicas: 2, selector: { matchLabels: labels }, template },
        },
      });
    const accounts = async () => {
      const { items } = await core().listNamespacedPod({ namespace: 'default', labelSelector: 'app=web' });
      return items.map((pod) => pod.spec?.serviceAccountName);
    };
    await expect.poll(accounts, { timeout: 60_000, interval: 200 }).toEqual(['default', 'default']);
  });

  test('a service account may do what a Role allows it, and nothing else', async () => {
    const namespace = 'default';
    await core().createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'reader' } } });
    const reader = configOf(await controlPlane.kubeconfigOf({ namespace, name: 'reader' }));
    const asReader = reader.makeApiClient(CoreV1Api);
    const refusal = await asReader.listNamespacedService({ namespace }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiException);
    expect(refusal).toMatchObject({ code: 403 });
    expect(String(refusal)).toContain('system:serviceaccount:default:reader');

    const rbac = admin().makeApiClient(RbacAuthorizationV1Api);
    await rbac.createNamespacedRole({
      namespace,
      body: {
        metadata: { name: 'reader' },
        rules: [{ apiGroups: [''], resources: ['services'], verbs: ['list'] }],
      },
    });
    await rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata: { name: 'reader' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
        subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
      },
    });
    const names = async () => {
      const { items } = await asReader.listNamespacedService({ namespace });
      return items.map((service) => service.metadata?.name);
    };
    // The authorizer learns of the binding by its own watch.
    await expect.poll(names, { timeout: 30_000, interval: 200 }).toContain('kubernetes');
    await expect(asReader.listNamespacedPod({ namespace })).rejects.toMatchObject({ code: 403 });
  });

  test('a service account that does not exist gets no kubeconfig', async () => {
    const nobody = { namespace: 'default', name: 'nobody' };
    await expect(controlPlane.kubeconfigOf(nobody)).rejects.toMatchObject({ code: 404 });
  });

  test('the audit log says who asked what of which object, and what came of it', async () => {
    const namespace = 'default';
    const body = { metadata: { name: 'audited' } };
    await core().createNamespacedConfigMap({ namespace, body });
    await core().createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'asked' } },
      dryRun: 'All',
    });
    await core()
      .createNamespacedConfigMap({ namespace, body })
      .catch(() => undefined);
    await core().patchNamespacedServiceAccount({ namespace, name: 'default', body: [] });
    await core().deleteNamespacedConfigMap({ namespace, name: 'audited' });
    const events = (await controlPlane.audit()).filter(
      ({ user, verb, object }) =>
        user === 'admin' && verb !== 'get' && verb !== 'list' && object?.resource === 'configmaps',
    );
    const object = { apiGroup: '', resource: 'configmaps', namespace };
    expect(
      events.map(({ verb, code, dryRun, object }) => ({ verb, code, dryRun, name: object?.name })),
    ).toEqual([
      { verb: 'create', code: 201, dryRun: false, name: 'audited' },
      { verb: 'create', code: 201, dryRun: true, name: 'asked' },
      { verb: 'create', code: 409, dryRun: false, name: 'audited' },
      { verb: 'delete', code: 200, dryRun: false, name: 'audited' },
    ]);
    for (const event of events) expect(event.object).toMatchObject(object);
  });

  test('the audit log names subresources', async () => {
    await core().readNamespaceStatus({ name: 'default' });
    const subresources = (await controlPlane.audit())
      .filter(({ user, object }) => user === 'admin' && object?.resource === 'namespaces')
      .map(({ object }) => object?.subresource);
    expect(subresources).toContain('status');
  });

  test('restarted with ranges of both families it keeps what it had, and takes dual-stack Services', async () => {
    const namespace = 'default';
    const dualStack = (name: string) => ({
      namespace,
      body: {
        metadata: { name },
        spec: { ipFamilyPolicy: 'RequireDualStack', ports: [{ port: 80 }] },
      },
    });
    const asked = { ...dualStack('asked'), dryRun: 'All' };
    await core().createNamespacedService({
      namespace,
      body: { metadata: { name: 'before' }, spec: { ports: [{ port: 80 }] } },
    });
    const before = await core().readNamespacedService({ namespace, name: 'before' });
    await expect(core().createNamespacedService(asked)).rejects.toMatchObject({ code: 422 });

    await controlPlane.setServiceClusterIpRanges([IPV4, IPV6]);

    // The same client, the same object.
    expect(await core().readNamespacedService({ namespace, name: 'before' })).toEqual(before);
    await expect(core().createNamespacedService(asked)).resolves.toMatchObject({
      spec: { ipFamilies: ['IPv4', 'IPv6'] },
    });
    await expect(core().readNamespacedService({ namespace, name: 'asked' })).rejects.toMatchObject({
      code: 404,
    });
    const families = async () => {
      const name = 'both';
      const service = await core()
        .createNamespacedService(dualStack(name))
        .catch(() => core().readNamespacedService({ namespace, name }));
      return service.spec?.clusterIPs?.map((address) => (address.includes(':') ? 'IPv6' : 'IPv4'));
    };
    // Addresses are given out as soon as the API server's own ServiceCIDR holds the new range.
    await expect.poll(families, { timeout: 60_000, interval: 200 }).toEqual(['IPv4', 'IPv6']);
    // And what happened before is still in the audit log.
    expect((await controlPlane.audit()).map(({ object }) => object?.name)).toContain('before');
  });
});

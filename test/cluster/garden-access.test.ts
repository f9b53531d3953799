import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../infra/local/actors/bind/http/client.ts';
import { ApiConnection } from '../../infra/local/actors/bind/http/connection.ts';
import type { JsonObject } from '../../infra/local/cluster/object/json.ts';
import { outcomeOfError } from '../../shared/engine/terminal.ts';
import {
  RenewedKubeConfig,
  Secret,
  shootByGarden,
  workloadIdentity,
} from '../../shared/kubernetes/access/index.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { inWords } from '../../shared/kubernetes/permission.ts';
import {
  type Asked,
  kubeconfigWith,
  type Reply,
  settableClock,
  startServer,
  status,
} from '../access/server.ts';
import { type ControlPlane, startControlPlane } from './control-plane/index.ts';
import { manifestsIn } from './rbac/manifests.ts';
import { describeOnCluster } from './support.ts';
import { CUSTOM_RESOURCES } from './world/crds.ts';
import { eventually } from './world/eventually.ts';
import { defineResources } from './world/fill.ts';

const SHOOT = { namespace: 'garden-core', name: 'api' };
const ISSUED = { namespace: 'kube-system' };
const ISSUED_AS = { admin: 'issued-admin', viewer: 'issued-viewer' } as const;
const RBAC = 'rbac.authorization.k8s.io';
const SOON = { timeout: 60_000, interval: 50 };

/** One API server plays both: as the garden it has the Shoot and its rights, as the shoot it takes what the garden issues. */
describeOnCluster('credentials that the garden issues, on a real API server', () => {
  let controlPlane: ControlPlane;
  let admin: ApiConnection;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ serviceClusterIpRanges: ['100.64.0.0/13'] });
    admin = new ApiConnection(parseKubeconfig(controlPlane.kubeconfig));
    await defineResources(new ApiClient(admin), CUSTOM_RESOURCES);
    await create('api/v1/namespaces', { metadata: { name: SHOOT.namespace } });
    for (const account of ['functions', 'strangers']) await createAccount(SHOOT.namespace, account);
    for (const file of ['garden/role.yaml', 'garden/shoot-access.yaml']) {
      for (const role of await manifestsIn(file)) await create(`apis/${RBAC}/v1/clusterroles`, role);
    }
    await bindInGarden('shoot-dualstack:garden', 'functions', 'strangers');
    await bindInGarden('shoot-dualstack:garden-access', 'functions');
    const reads = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
    await create(`apis/${RBAC}/v1/clusterroles`, { metadata: { name: 'reads' }, rules: reads });
    await createIssued(ISSUED_AS.admin, 'cluster-admin');
    await createIssued(ISSUED_AS.viewer, 'reads');
    const shoot = { apiVersion: 'core.gardener.cloud/v1beta1', kind: 'Shoot', metadata: SHOOT, spec: {} };
    const shoots = `apis/core.gardener.cloud/v1beta1/namespaces/${SHOOT.namespace}/shoots`;
    await eventually('a Shoot can be made', () =>
      create(shoots, shoot).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    await admin?.close();
    await controlPlane?.stop();
  });

  async function create(collection: string, body: JsonObject): Promise<void> {
    await admin.send({ method: 'POST', path: `/${collection}`, body });
  }

  async function createAccount(namespace: string, name: string): Promise<void> {
    await create(`api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { namespace, name } });
  }

  async function createIssued(name: string, role: string): Promise<void> {
    await createAccount(ISSUED.namespace, name);
    await create(`apis/${RBAC}/v1/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', namespace: ISSUED.namespace, name }],
    });
  }

  async function bindInGarden(role: string, ...accounts: readonly string[]): Promise<void> {
    await create(`apis/${RBAC}/v1/namespaces/${SHOOT.namespace}/rolebindings`, {
      metadata: { name: role, namespace: SHOOT.namespace },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects: accounts.map((name) => ({ kind: 'ServiceAccount', namespace: SHOOT.namespace, name })),
    });
  }

  const address = () => {
    const { server, caData = '' } = parseKubeconfig(controlPlane.kubeconfig).getCurrentCluster() ?? {};
    return { url: new URL(server ?? ''), ca: Buffer.from(caData, 'base64').toString('utf8') };
  };

  async function tokenOf(namespace: string, name: string): Promise<string> {
    const kubeconfig = parseKubeconfig(await controlPlane.kubeconfigOf({ namespace, name }));
    return kubeconfig.getCurrentUser()?.token ?? '';
  }

  /** The API server itself, as whoever asked. */
  async function forwarded({ method, path, headers, body }: Asked): Promise<Reply> {
    const { url, ca } = address();
    const { authorization = '', 'content-type': contentType = 'application/json' } = headers;
    return await new Promise((resolve, reject) => {
      const options = { ca, method, headers: { authorization, 'content-type': contentType } };
      const sent = request(new URL(path, url), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
        });
      });
      sent.once('error', reject).end(body);
    });
  }

  /** The garden: the API server with the two subresources in front, allowed by its own roles. */
  async function gardenAs(account: 'functions' | 'strangers') {
    const clock = settableClock(Date.now());
    const issued: string[] = [];
    const url = await startServer(async (asked) => {
      const kind = /\/garden-core\/shoots\/api\/(admin|viewer)kubeconfig$/.exec(asked.path)?.[1];
      if (asked.method !== 'POST' || (kind !== 'admin' && kind !== 'viewer')) return await forwarded(asked);
      const resourceAttributes = {
        ...{ verb: 'create', group: 'core.gardener.cloud', resource: 'shoots' },
        ...{ subresource: `${kind}kubeconfig`, ...SHOOT },
      };
      const review = await forwarded({
        ...asked,
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: JSON.stringify({
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        }),
      });
      if (!JSON.stringify(review.body).includes('"allowed":true')) {
        return status(403, 'Forbidden', `cannot create resource "shoots/${kind}kubeconfig"`);
      }
      issued.push(kind);
      const { spec } = JSON.parse(asked.body);
      const text = await controlPlane.kubeconfigOf({ ...ISSUED, name: ISSUED_AS[kind] });
      const ends = new Date(clock.now() + spec.expirationSeconds * 1000);
      const answer = {
        kubeconfig: Buffer.from(text).toString('base64'),
        expirationTimestamp: ends.toISOString(),
      };
      return {
        status: 201,
        body: { status: answer },
        headers: { date: new Date(clock.now()).toUTCString() },
      };
    });
    const text = kubeconfigWith(url, await tokenOf(SHOOT.namespace, account));
    const garden = () => parseKubeconfig(text);
    const access = (purpose: 'act' | 'plan') =>
      new RenewedKubeConfig(shootByGarden({ garden, clock, shoot: SHOOT, purpose }), clock);
    const cluster = (purpose: 'act' | 'plan') => kubernetesCluster({ kubeconfig: access(purpose), clock });
    const issues = ['adminkubeconfig', 'viewerkubeconfig'] as const;
    return {
      clock,
      issued,
      cluster,
      shootInGarden: gardenShoot({ kubeconfig: garden(), clock, ...SHOOT, issues }),
    };
  }

  test('the viewer’s reads and changes nothing, the admin’s may do all', async () => {
    const { cluster, issued } = await gardenAs('functions');
    await expect.poll(() => cluster('plan').nodes().catch(String), SOON).toEqual([]);
    const mayNot = (await cluster('plan').missingRights(['base'])).missing;
    expect(inWords(mayNot).join()).toContain('patch deployments.apps/coredns in kube-system');
    expect(inWords(mayNot).join()).not.toContain('list nodes');
    await expect
      .poll(
        async () => (await cluster('act').missingRights(['base', 'probe', 'calico', 'drain'])).missing,
        SOON,
      )
      .toEqual([]);
    expect(new Set(issued)).toEqual(new Set(['viewer', 'admin']));
  });

  test('it is used under its own name, kept, and renewed before it ends', async () => {
    const { cluster, clock, issued } = await gardenAs('functions');
    const acting = cluster('act');
    for (let read = 0; read < 3; read += 1) await acting.nodes();
    expect(issued).toEqual(['admin']);
    clock.advance(1_150);
    await acting.nodes();
    expect(issued).toEqual(['admin', 'admin']);
    const users = (await controlPlane.audit()).map(({ user }) => user);
    expect(users).toContain(`system:serviceaccount:kube-system:${ISSUED_AS.admin}`);
  });

  test('one that the API server takes no more is replaced, and the request made again', async () => {
    const { cluster, clock, issued } = await gardenAs('functions');
    const acting = cluster('act');
    await acting.nodes();
    clock.advance(60);
    const accounts = `/api/v1/namespaces/${ISSUED.namespace}/serviceaccounts`;
    await admin.send({ method: 'DELETE', path: `${accounts}/${ISSUED_AS.admin}` });
    await createAccount(ISSUED.namespace, ISSUED_AS.admin);
    // The API server remembers for some seconds whom it has let in.
    const replaced = async () => {
      expect(await acting.nodes()).toEqual([]);
      return issued.length;
    };
    await expect.poll(replaced, SOON).toBe(2);
  });

  test('without the role in infra/kubernetes it is refused, and the role named', async () => {
    const { cluster, shootInGarden } = await gardenAs('strangers');
    const outcome = outcomeOfError(
      await cluster('act')
        .nodes()
        .catch((error: unknown) => error),
    );
    expect(outcome).toMatchObject({
      reason: 'GardenForbids',
      remedy: expect.stringContaining('infra/kubernetes/garden/shoot-access.yaml'),
    });
    const { missing } = await shootInGarden.missingRights();
    expect(inWords(missing)).toEqual([
      'create shoots/adminkubeconfig.core.gardener.cloud/api in garden-core',
      'create shoots/viewerkubeconfig.core.gardener.cloud/api in garden-core',
    ]);
    const granted = await (await gardenAs('functions')).shootInGarden.missingRights();
    expect(granted).toEqual({ missing: [], unknown: [] });
  });

  test('a garden is reached by a signed token of the function, under the authority that is given and no other', async () => {
    const { url, ca } = address();
    const token = await tokenOf(SHOOT.namespace, 'functions');
    const identity = {
      idToken: async () => new Secret(token),
      accessToken: () => Promise.reject(new Error('not asked for here')),
    };
    const reading = (certificateAuthority: string | undefined) => {
      const clock = settableClock(Date.now());
      const options = { identity, clock, url: url.origin, audience: url.origin, certificateAuthority };
      const kubeconfig = new RenewedKubeConfig(workloadIdentity(options), clock);
      return gardenShoot({ kubeconfig, clock, ...SHOOT }).shoot();
    };
    await expect(reading(ca)).resolves.toMatchObject({ metadata: SHOOT });
    await expect(reading(Buffer.from(ca).toString('base64'))).resolves.toMatchObject({ metadata: SHOOT });
    await expect(reading(undefined)).rejects.toThrow(/certificate/);
  });
});

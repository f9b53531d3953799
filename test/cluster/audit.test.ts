import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../infra/local/cluster/index.ts';
import { at, stringAt } from '../../infra/local/cluster/object/json.ts';
import { RawRequests } from '../../shared/audit/client/raw-requests.ts';
import { audit, auditedCluster } from '../../shared/audit/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { BAD_OBJECTS } from '../audit/bad-objects.ts';
import { FINE, FINE_RULES, firewallWith, lookUp } from '../audit/fine-cluster.ts';
import { found, named } from '../audit/listed-cluster.ts';
import { MANAGED_BY } from '../audit/objects.ts';
import { type ControlPlane, startControlPlane } from './control-plane/index.ts';
import { describeOnCluster } from './support.ts';

const PLURALS: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networkpolicies',
  Ingress: 'ingresses',
  DNSEntry: 'dnsentries',
};
/** Of kinds that have a status of their own, and need one here. */
const WITH_STATUS = ['Node', 'Pod'];
const PATIENTLY = { timeout: 90_000, interval: 500 };

function collectionOf(object: JsonObject): string {
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  const kind = stringAt(object, 'kind') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}${within}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}`;
}

/** Creates objects as they are, their status included. A namespace's service account comes a moment after it. */
async function create(requests: RawRequests, objects: readonly JsonObject[]): Promise<void> {
  for (const document of objects) {
    const path = collectionOf(document);
    const body = { contentType: 'application/json', document };
    for (let tries = 1; ; tries += 1) {
      try {
        await requests.send({ method: 'POST', path, body }, {});
        break;
      } catch (error) {
        if (tries === 60)
          throw new Error(`cannot create ${path}: ${JSON.stringify(document)}`, { cause: error });
        await sleep(250);
      }
    }
    if (!WITH_STATUS.includes(stringAt(document, 'kind') ?? '')) continue;
    const status = { status: at(document, 'status') };
    await requests.send(
      {
        method: 'PATCH',
        path: `${path}/${stringAt(document, 'metadata', 'name')}/status`,
        body: { contentType: 'application/merge-patch+json', document: status },
      },
      {},
    );
  }
}

/** Slices of Services with a selector are the endpoint controller's, and a real one writes them. */
function isOurs(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'labels', MANAGED_BY)?.startsWith('endpointslice-controller') !== true;
}

function namespacesOf(objects: readonly JsonObject[]): readonly JsonObject[] {
  const given = objects
    .filter(({ kind }) => kind === 'Namespace')
    .map((each) => stringAt(each, 'metadata', 'name'));
  const names = new Set(objects.flatMap((object) => stringAt(object, 'metadata', 'namespace') ?? []));
  return [...names]
    .filter((name) => name !== 'kube-system' && !given.includes(name))
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

function definition(group: string, version: string, kind: string, plural: string): JsonObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Groups under k8s.io are protected (kubernetes/enhancements#1111); external-dns has its approval there.
    metadata: {
      name: `${plural}.${group}`,
      annotations: {
        'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/external-dns/pull/2007',
      },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

const DEFINITIONS = [
  definition('dns.gardener.cloud', 'v1alpha1', 'DNSEntry', 'dnsentries'),
  definition('externaldns.k8s.io', 'v1alpha1', 'DNSEndpoint', 'dnsendpoints'),
];

describeOnCluster('an audit of a real API server', () => {
  test('has nothing to say of a fine cluster, then finds each bad object and invents none, and changes nothing', async () => {
    // Without the controllers that mind that no kubelet is there.
    await using controlPlane = await disposable({
      serviceClusterIpRanges: ['100.64.0.0/13', 'fd00:10:64::/108'],
      controllers: 'endpointslice-controller,serviceaccount-controller',
    });
    const kubeconfig = parseKubeconfig(controlPlane.kubeconfig);
    const requests = kubeconfig.makeApiClient(RawRequests);
    const cluster = auditedCluster({ kubeconfig, clock: systemClock });
    const firewall = [...FINE_RULES, ...BAD_OBJECTS.flatMap((bad) => bad.firewall ?? [])];
    const auditNow = (rules = FINE_RULES) =>
      audit(cluster, { clock: systemClock, firewall: firewallWith(...rules), lookUp });

    const fine = FINE.filter(isOurs);
    await create(requests, [...namespacesOf(fine), ...fine.filter(({ kind }) => kind === 'Namespace')]);
    await create(requests, [...DEFINITIONS, ...fine.filter(({ kind }) => kind !== 'Namespace')]);
    await expect.poll(async () => found(await auditNow()), PATIENTLY).toEqual([]);

    const bad = BAD_OBJECTS.flatMap(({ objects }) => objects).filter(isOurs);
    await create(requests, namespacesOf(bad));
    await create(requests, bad);
    const finds = BAD_OBJECTS.flatMap((each) =>
      each.finds.map(([rule, object]) => `${rule}: ${object}`),
    ).sort();
    await expect.poll(async () => found(await auditNow(firewall)), PATIENTLY).toEqual(finds);

    const before = await versionsOf(requests);
    const { findings } = await auditNow(firewall);
    expect(await versionsOf(requests)).toEqual(before);
    const suggested = findings.filter(({ manifest }) => manifest !== undefined);
    expect(suggested.map(named).sort()).toEqual(BAD_OBJECTS.flatMap(({ suggests = [] }) => suggests).sort());
    expect(suggested.map(({ manifest }) => manifest?.dryRun)).toEqual(
      suggested.map(() => ({ result: 'accepted' })),
    );

    // Once they are taken as suggested, what they were suggested for is found no more.
    for (const { manifest } of suggested) {
      if (manifest?.how !== 'patch') continue;
      const document = manifest.document as JsonObject;
      const path = `${collectionOf(document)}/${stringAt(document, 'metadata', 'name')}`;
      const body = { contentType: 'application/merge-patch+json', document };
      await requests.send({ method: 'PATCH', path, body }, {});
    }
    const patched = new Set(suggested.filter(({ manifest }) => manifest?.how === 'patch').map(named));
    const after = await auditNow(firewall);
    const still = after.findings.filter((finding) => patched.has(named(finding)));
    expect(still.map(({ rule }) => rule)).toEqual([]);
  });
});

const TRIED = ['/api/v1/services', '/apis/networking.k8s.io/v1/networkpolicies'];

/** What manifests are suggested for, as it is stored: a dry run that were none would show here. */
async function versionsOf(requests: RawRequests): Promise<readonly unknown[]> {
  return await Promise.all(
    TRIED.map(async (path) => {
      const listed = items.parse(await requests.send({ method: 'GET', path }, {}));
      return listed.items.map(({ metadata }) => metadata);
    }),
  );
}

const items = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string(), resourceVersion: z.string() }),
    }),
  ),
});

async function disposable(
  options: Parameters<typeof startControlPlane>[0],
): Promise<ControlPlane & AsyncDisposable> {
  const controlPlane = await startControlPlane(options);
  return { ...controlPlane, [Symbol.asyncDispose]: () => controlPlane.stop() };
}

import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { scaledClock } from '../../infra/local/clock.ts';
import {
  type JsonObject,
  type KubernetesSimulator,
  networkPolicies,
  services,
  startKubernetesSimulator,
} from '../../infra/local/cluster/index.ts';
import { resourceByKind } from '../../infra/local/cluster/resources/registry.ts';
import { type AuditReport, audit, auditedCluster } from '../../shared/audit/index.ts';
import { parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { BAD_OBJECTS } from './bad-objects.ts';
import { FINE, FINE_RULES, firewallWith, lookUp } from './fine-cluster.ts';
import { found, named } from './listed-cluster.ts';
import { IPV4, ipBlock, MANAGED_BY, policy, service } from './objects.ts';

const DUAL_STACK = ['100.64.0.0/13', 'fd00:10:64::/108'];
const clock = () => scaledClock({ origin: Date.now(), wallOrigin: Date.now(), speed: 500 });

/** Its own controllers write slices of Services with a selector. */
function isKept({ metadata }: JsonObject): boolean {
  return !JSON.stringify(metadata ?? {}).includes(`"${MANAGED_BY}":"endpointslice-controller`);
}

function isServed({ apiVersion, kind }: JsonObject): boolean {
  return resourceByKind(String(apiVersion), String(kind)) !== undefined;
}

async function simulatorOf(
  objects: readonly JsonObject[],
  ranges = DUAL_STACK,
): Promise<KubernetesSimulator> {
  const simulator = await startKubernetesSimulator({
    clock: clock(),
    objects: objects.filter((object) => isKept(object) && isServed(object)),
    serviceClusterIpRanges: ranges,
  });
  onTestFinished(() => simulator.stop());
  return simulator;
}

async function auditOver(simulator: KubernetesSimulator, firewall = FINE_RULES): Promise<AuditReport> {
  const cluster = auditedCluster({ kubeconfig: parseKubeconfig(simulator.kubeconfig), clock: clock() });
  return await audit(cluster, { clock: clock(), firewall: firewallWith(...firewall), lookUp });
}

/** Requests that would change something, if they were no dry runs. */
function writes(simulator: KubernetesSimulator): readonly string[] {
  return Object.keys(simulator.requests()).filter((request) => !/^(get|list|watch) /.test(request));
}

test('a cluster in which everything is as it should be gives no finding, and nothing is asked to be written', async () => {
  const simulator = await simulatorOf(FINE);
  const report = await auditOver(simulator);
  expect(report.findings).toEqual([]);
  expect(writes(simulator)).toEqual([]);
});

describe('bad objects on an API server', () => {
  test('give exactly their findings, and each suggested manifest is accepted', async () => {
    const served = BAD_OBJECTS.filter(({ objects }) => objects.every(isServed));
    expect(served.length).toBeGreaterThan(25);
    const simulator = await simulatorOf([...FINE, ...served.flatMap(({ objects }) => objects)]);
    const before = await simulator.client.list(services);
    const report = await auditOver(simulator, [
      ...FINE_RULES,
      ...served.flatMap(({ firewall = [] }) => firewall),
    ]);
    // Webhooks and the like are not served there, so that their rules are not asked.
    const finds = served.flatMap((bad) => bad.finds.map(([rule, object]) => `${rule}: ${object}`));
    const asked = finds.filter(
      (find) => !report.notLookedAt.some(({ what }) => what.startsWith(`${find.split(':')[0]} `)),
    );
    expect(found(report)).toEqual(asked.sort());
    const suggested = report.findings.filter(({ manifest }) => manifest !== undefined);
    expect(suggested.map(named).sort()).toEqual(served.flatMap(({ suggests = [] }) => suggests).sort());
    expect(suggested.map(({ manifest }) => manifest?.dryRun)).toEqual(
      suggested.map(() => ({ result: 'accepted' })),
    );
    expect(await simulator.client.list(services)).toEqual(before);
  });

  test('what is suggested no longer holds once somebody changed the object', async () => {
    const simulator = await simulatorOf([
      ...FINE,
      policy('shop', 'in', { ingress: [{ from: [ipBlock('0.0.0.0/0')] }] }),
    ]);
    const cluster = auditedCluster({ kubeconfig: parseKubeconfig(simulator.kubeconfig), clock: clock() });
    const [finding] = (await audit(cluster, { clock: clock() })).findings;
    expect(finding?.manifest?.dryRun).toEqual({ result: 'accepted' });
    await simulator.client.patch(
      networkPolicies,
      { namespace: 'shop', name: 'in' },
      { kind: 'merge', body: { spec: { ingress: [{ from: [ipBlock('10.0.0.0/8')] }] } } },
    );
    if (finding?.manifest === undefined) throw new Error('expected a manifest');
    expect(await cluster.tryOut(finding.manifest)).toMatchObject({ result: 'refused' });
  });

  test('of one family, a wish for both is refused, and the cluster is known to have one', async () => {
    const simulator = await simulatorOf([service('shop', 'web', IPV4)], ['100.64.0.0/13']);
    const cluster = auditedCluster({ kubeconfig: parseKubeconfig(simulator.kubeconfig), clock: clock() });
    const tried = await cluster.tryOut({
      how: 'patch',
      document: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'shop', name: 'web' },
        spec: { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] },
      },
    });
    expect(tried.result).toBe('refused');
    expect(await cluster.dualStackServices()).toBe('no');
  });
});

test('what is forbidden is said, once for a list and for a right, and the rest is found', async () => {
  const simulator = await simulatorOf([...FINE, service('shop', 'web', IPV4), service('shop', 'db', IPV4)]);
  simulator.faults.forbid({ verb: 'list', resource: 'pods' });
  simulator.faults.forbid({ verb: 'patch' });
  const report = await auditOver(simulator);
  expect(found(report)).toEqual([
    'service-single-stack: Service shop/db',
    'service-single-stack: Service shop/web',
  ]);
  expect(report.notLookedAt).toContainEqual({ what: 'Pods', why: expect.stringContaining('Forbidden') });
  expect(report.findings.map(({ manifest }) => manifest?.dryRun?.result)).toEqual(['not tried', 'not tried']);
});

test('long lists come in pages, and an object that is not understood is named and stops nothing', async () => {
  const many = Array.from({ length: 510 }, (_, index) => service('shop', `web-${index}`, IPV4));
  const simulator = await simulatorOf([...FINE, ...many]);
  const cluster = auditedCluster({ kubeconfig: parseKubeconfig(simulator.kubeconfig), clock: clock() });
  const report = await audit(cluster, { clock: clock(), tryManifests: false });
  expect(report.findings).toHaveLength(510);
  expect(simulator.requests()['list services']).toBe(2);
  const answer = await cluster.list(
    { name: 'Services', path: '/api/v1/services', schema: z.unknown() },
    (raw) =>
      z.object({ metadata: z.object({ name: z.string().regex(/^web-\d+$|^kubernetes$|^web$/) }) }).parse(raw),
  );
  expect(answer).toMatchObject({ kind: 'listed', strange: [{ name: 'kube-system/kube-dns' }] });
}, 90_000);

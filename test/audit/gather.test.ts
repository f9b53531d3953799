import { expect, test } from 'vitest';
import { audit } from '../../shared/audit/index.ts';
import { ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { FINE, FINE_RULES, firewallWith, lookUp } from './fine-cluster.ts';
import { auditOf, found, listedCluster, NOW } from './listed-cluster.ts';
import { IPV4, IPV4_FIRST, node, pod, selectorless, service } from './objects.ts';

const all = { clock: NOW, firewall: firewallWith(...FINE_RULES), lookUp };

test('a list that is forbidden is said to be so, with every rule that depends on it, and the rest goes on', async () => {
  const cluster = listedCluster(
    [...FINE, service('shop', 'web', IPV4)],
    {},
    {
      '/api/v1/pods': { kind: 'not to be had', why: 'pods is forbidden [Forbidden]' },
    },
  );
  const report = await audit(cluster, all);
  const said = new Map(report.notLookedAt.map(({ what, why }) => [what.split(' ')[0], why]));
  expect(said.get('Pods')).toBe('pods is forbidden [Forbidden]');
  for (const rule of [
    'pod-without-ipv6',
    'host-network',
    'network-policy-blocks-ipv6',
    'globally-reachable',
  ]) {
    expect(said.get(rule)).toContain('pods is forbidden');
  }
  expect(found(report)).toEqual(['service-single-stack: Service shop/web']);
  expect(report.way[0]).toMatchObject({ state: 'unknown' });
});

test('without EndpointSlices and pods nothing is claimed about who answers', async () => {
  const refused = { kind: 'not to be had', why: 'no' } as const;
  const objects = [service('shop', 'web', IPV4_FIRST), selectorless('shop', 'db', IPV4)];
  const cluster = listedCluster(
    objects,
    {},
    {
      '/api/v1/pods': refused,
      '/apis/discovery.k8s.io/v1/endpointslices': refused,
    },
  );
  const report = await audit(cluster, all);
  expect(found(report)).toEqual(['ipv4-primary: the cluster', 'service-single-stack: Service shop/db']);
});

test('a kind that the cluster does not have is said, and is no reason to say more', async () => {
  const path = '/apis/dns.gardener.cloud/v1alpha1/dnsentries';
  const report = await audit(listedCluster(FINE, {}, { [path]: { kind: 'not served' } }), all);
  expect(report.findings).toEqual([]);
  expect(report.notLookedAt).toContainEqual({ what: 'DNSEntries', why: 'the cluster has no such kind' });
});

test('policies of other kinds are counted, so that they are not taken for looked at', async () => {
  const policies = ['a', 'b'].map((name) => ({
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name, namespace: 'shop' },
  }));
  const cluster = listedCluster(FINE);
  const report = await audit(
    {
      ...cluster,
      list: (kind, understand) =>
        kind.path.endsWith('/ciliumnetworkpolicies')
          ? Promise.resolve({ kind: 'listed', items: policies.map(understand), strange: [] })
          : cluster.list(kind, understand),
    },
    all,
  );
  expect(report.notLookedAt.map(({ what }) => what)).toContain('2 CiliumNetworkPolicies');
});

test('no project and no DNS are gaps that are named', async () => {
  const report = await audit(listedCluster(FINE), { clock: NOW });
  const what = report.notLookedAt.map((gap) => gap.what);
  expect(what).toEqual(expect.arrayContaining(['the firewall', 'DNS']));
  expect(what.some((each) => each.startsWith('globally-reachable'))).toBe(true);
  expect(report.findings).toEqual([]);
});

test('firewall rules that cannot be had, and names without an answer, are gaps too', async () => {
  const rules = () => Promise.reject(new Error('firewalls.list net: permission denied'));
  const objects = [
    ...FINE,
    pod('shop', 'app', {
      ips: ['100.96.1.5', '2600:1900::5'],
      container: { image: 'no-answer.example.org/app' },
    }),
  ];
  const report = await audit(listedCluster(objects), {
    ...all,
    firewall: { project: 'project', network: 'net', rules },
  });
  expect(report.notLookedAt).toEqual(
    expect.arrayContaining([
      { what: 'VPC firewall rules of net in project', why: 'firewalls.list net: permission denied' },
      { what: 'the DNS name no-answer.example.org', why: 'queryA ETIMEOUT' },
    ]),
  );
  expect(report.findings).toEqual([]);
});

test('an API server that answers nothing ends the audit', async () => {
  const version = () => Promise.reject(new ClusterUnavailable('get version', 'connect ECONNREFUSED'));
  await expect(audit(listedCluster([], { version }), all)).rejects.toThrow(ClusterUnavailable);
});

test('in a cluster of one family that is said once, and not of every Service and node', async () => {
  const objects = [
    node('a', 1, { podCidrs: ['100.96.1.0/24'] }),
    node('b', 2, { podCidrs: ['100.96.2.0/24'] }),
    service('shop', 'web', IPV4),
    service('shop', 'db', { ...IPV4, type: 'LoadBalancer' }),
  ];
  const cluster = listedCluster(objects, { dualStackServices: async () => 'no' });
  const report = await audit(cluster, all);
  expect(found(report)).toEqual(['cluster-single-stack: the cluster', 'node-without-ipv6: the cluster']);
});

test('pods of a node without IPv6 are the node’s finding, and pods of a workload are one finding', async () => {
  const owner = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7d4b9c', controller: true }];
  const replica = (name: string, on: string) =>
    pod('shop', name, {
      node: on,
      labels: { app: 'web', 'pod-template-hash': '7d4b9c' },
      ips: ['100.96.9.9'],
      metadata: { ownerReferences: owner },
    });
  const report = await auditOf([
    ...FINE,
    node('old', 7, { podCidrs: ['100.96.7.0/24'] }),
    replica('web-7d4b9c-1', 'node-1'),
    replica('web-7d4b9c-2', 'node-2'),
    replica('web-7d4b9c-3', 'old'),
  ]);
  expect(found(report)).toEqual(['node-without-ipv6: Node old', 'pod-without-ipv6: Deployment shop/web']);
  const about = report.findings.find(({ rule }) => rule === 'pod-without-ipv6');
  expect(about).toMatchObject({
    what: expect.stringContaining('2 of its pods'),
    todo: 'Have its pods made anew: kubectl rollout restart deployment/web -n shop',
  });
});

test('in a shoot what lies in kube-system is Gardener’s, elsewhere the cluster’s own', async () => {
  const objects = [...FINE, service('kube-system', 'upstream', IPV4)];
  const shoot = listedCluster(objects, { configMap: async () => ({ nodeNetworks: '10.250.0.0/16' }) });
  expect((await audit(shoot, all)).findings).toMatchObject([{ whose: 'Gardener', severity: 'notice' }]);
  expect((await audit(listedCluster(objects), all)).findings).toMatchObject([{ whose: 'system' }]);
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../infra/local/cluster/index.ts';
import { auditOf, found } from './listed-cluster.ts';
import { ipBlock, namespace, node, PODS_IPV6, pod, policy } from './objects.ts';

const https = [{ port: 443, protocol: 'TCP' }];
const web = { podSelector: { matchLabels: { app: 'web' } } };
const WEB = pod('shop', 'web', { labels: { app: 'web' }, ips: ['100.96.1.3', `${PODS_IPV6}:1::3`] });
const OTHER = pod('shop', 'other', { labels: { app: 'other' }, ips: ['100.96.1.4', `${PODS_IPV6}:1::4`] });

async function saidOf(...objects: readonly JsonObject[]) {
  const report = await auditOf([node('node-1', 1), namespace('shop'), ...objects]);
  return { report, said: found(report) };
}

const blocks = (name: string) => `network-policy-blocks-ipv6: NetworkPolicy shop/${name}`;
const opens = (name: string) => `network-policy-leaves-ipv6-open: NetworkPolicy shop/${name}`;

describe('what blocks nothing is not said to block', () => {
  test.each<[string, JsonObject]>([
    ['a policy without rules denies both families alike', { policyTypes: ['Ingress', 'Egress'] }],
    ['a rule without peers lets both families through', { ingress: [{ ports: https }] }],
    ['an empty list of peers does, too', { ingress: [{ from: [], ports: https }] }],
    ['pods are selected with both of their addresses', { ingress: [{ from: [{ podSelector: {} }] }] }],
    [
      'the metadata server has no counterpart that anything depends on',
      { policyTypes: ['Egress'], egress: [{ to: [ipBlock('169.254.169.254/32')], ports: https }] },
    ],
    ['loopback is no traffic of the network', { ingress: [{ from: [ipBlock('127.0.0.0/8')] }] }],
    ['IPv6 alone is somebody’s wish', { ingress: [{ from: [ipBlock('::/0')] }] }],
    [
      'egress rules of a policy for ingress only are not in force',
      { policyTypes: ['Ingress'], egress: [{ to: [ipBlock('0.0.0.0/0')] }] },
    ],
    [
      'another rule without peers lets both families through on these ports',
      { policyTypes: ['Egress'], egress: [{ to: [ipBlock('0.0.0.0/0')], ports: https }, { ports: https }] },
    ],
    [
      'another rule lets IPv6 through on every port',
      {
        policyTypes: ['Egress'],
        egress: [{ to: [ipBlock('0.0.0.0/0')], ports: https }, { to: [ipBlock('2000::/3')] }],
      },
    ],
    [
      'another rule lets IPv6 through on a range of ports around it',
      {
        policyTypes: ['Egress'],
        egress: [
          { to: [ipBlock('0.0.0.0/0')], ports: https },
          { to: [ipBlock('::/0')], ports: [{ protocol: 'TCP', port: 400, endPort: 500 }] },
        ],
      },
    ],
  ])('%s', async (_, spec) => {
    expect((await saidOf(policy('shop', 'it', spec))).said).toEqual([]);
  });
});

describe('directions', () => {
  test('egress rules hold where no policy types are named, and ingress then denies both families', async () => {
    const { report, said } = await saidOf(
      policy('shop', 'out', { egress: [{ to: [ipBlock('0.0.0.0/0')] }] }),
    );
    expect(said).toEqual([blocks('out')]);
    expect(report.findings[0]?.what).toContain('egress[0]');
    expect(report.findings[0]?.what).not.toContain('ingress');
  });

  test('IPv6 let through in one direction says nothing of the other', async () => {
    const { report } = await saidOf(
      policy('shop', 'both', {
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [ipBlock('0.0.0.0/0')] }],
        egress: [{ to: [ipBlock('0.0.0.0/0')] }, { to: [ipBlock('::/0')] }],
      }),
    );
    expect(report.findings.map(({ what }) => what)).toEqual([
      'It blocks IPv6 silently: ingress[0] lets through every port from 0.0.0.0/0 and nothing of IPv6.',
    ]);
  });
});

describe('policies add up', () => {
  const ipv4 = policy('shop', 'ipv4', { ...web, ingress: [{ from: [ipBlock('0.0.0.0/0')], ports: https }] });
  const ipv6 = (selector: JsonObject) =>
    policy('shop', 'ipv6', { ...selector, ingress: [{ from: [ipBlock('::/0')] }] });

  test('another policy for the same pods lets IPv6 through', async () => {
    expect((await saidOf(WEB, ipv4, ipv6({ podSelector: {} }))).said).toEqual([]);
    expect((await saidOf(WEB, ipv4, ipv6(web))).said).toEqual([]);
  });

  test('another policy for other pods, or of another namespace, does not', async () => {
    const others = ipv6({ podSelector: { matchLabels: { app: 'other' } } });
    expect((await saidOf(WEB, OTHER, ipv4, others)).said).toEqual([blocks('ipv4')]);
    const elsewhere = policy('stock', 'ipv6', { ingress: [{ from: [ipBlock('::/0')] }] });
    expect((await saidOf(WEB, ipv4, elsewhere)).said).toEqual([blocks('ipv4')]);
  });

  test('one that holds for some of the pods leaves the others blocked', async () => {
    const all = policy('shop', 'all', { ingress: [{ from: [ipBlock('0.0.0.0/0')], ports: https }] });
    expect((await saidOf(WEB, OTHER, all, ipv6(web))).said).toEqual([blocks('all')]);
  });

  test('a policy without pods is taken with those that select whatever it would', async () => {
    expect((await saidOf(ipv4, ipv6({ podSelector: {} }))).said).toEqual([]);
    expect((await saidOf(ipv4, ipv6({ podSelector: { matchLabels: { app: 'other' } } }))).said).toEqual([
      blocks('ipv4'),
    ]);
  });
});

describe('what is suggested', () => {
  test('::/0 is added beside 0.0.0.0/0, in that rule alone, and everything else stays', async () => {
    const spec = {
      ...web,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [ipBlock('10.0.0.0/8')] },
        { from: [{ podSelector: {} }, ipBlock('0.0.0.0/0')], ports: https },
      ],
      egress: [{ to: [{ namespaceSelector: {} }] }],
      fieldOfANewerVersion: { kept: true },
    };
    const { report } = await saidOf(policy('shop', 'web', spec));
    expect(report.findings[0]?.manifest?.document).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'shop', name: 'web', resourceVersion: undefined },
      spec: {
        ...spec,
        ingress: [
          spec.ingress[0],
          { ...spec.ingress[1], from: [{ podSelector: {} }, ipBlock('0.0.0.0/0'), ipBlock('::/0')] },
        ],
      },
    });
  });

  test('a denial by exceptions gets no manifest, and a warning not to open everything', async () => {
    const { report } = await saidOf(
      policy('shop', 'out', {
        policyTypes: ['Egress'],
        egress: [{ to: [ipBlock('0.0.0.0/0', '10.0.0.0/8')] }],
      }),
    );
    const [finding] = report.findings;
    expect(finding?.manifest).toBeUndefined();
    expect(finding?.todo).toContain('Do not just add ::/0');
    // What the pods and nodes of this cluster have, and private IPv6.
    expect(finding?.todo).toContain('fc00::/7');
    expect(finding?.todo).toContain(`${PODS_IPV6}:1::/112`);
  });

  test('what Gardener keeps is not suggested to its owner', async () => {
    const { report } = await saidOf({
      ...policy('shop', 'managed', { ingress: [{ from: [ipBlock('0.0.0.0/0')] }] }),
      metadata: {
        namespace: 'shop',
        name: 'managed',
        labels: { 'resources.gardener.cloud/managed-by': 'gardener' },
      },
    });
    expect(report.findings).toMatchObject([
      { whose: 'Gardener', todo: expect.stringContaining('Nothing of yours') },
    ]);
    expect(report.findings[0]?.manifest).toBeUndefined();
  });
});

describe('IPv6 left open', () => {
  const egress = (...rules: JsonObject[]) =>
    policy('shop', 'out', { policyTypes: ['Egress'], egress: rules });

  test('::/0 without the exceptions of 0.0.0.0/0 is open, in the same rule as in another', async () => {
    const except = ipBlock('0.0.0.0/0', '10.0.0.0/8');
    expect((await saidOf(egress({ to: [except, ipBlock('::/0')] }))).said).toEqual([opens('out')]);
    expect((await saidOf(egress({ to: [except] }, { to: [ipBlock('::/0')] }))).said).toEqual([opens('out')]);
  });

  test('exceptions that another rule lets through after all are none', async () => {
    const rules = [
      { to: [ipBlock('0.0.0.0/0', '10.0.0.0/8'), ipBlock('::/0')] },
      { to: [ipBlock('10.0.0.0/8')] },
    ];
    expect((await saidOf(egress(...rules))).said).toEqual([]);
    expect((await saidOf(egress(...rules.slice(0, 1), { to: [] }))).said).toEqual([]);
  });

  test('exceptions on ports that IPv6 is not let through on have nothing to do with it', async () => {
    const rules = [
      { to: [ipBlock('0.0.0.0/0', '10.0.0.0/8')], ports: https },
      { to: [ipBlock('::/0'), ipBlock('0.0.0.0/0')], ports: [{ port: 53, protocol: 'UDP' }] },
    ];
    expect((await saidOf(egress(...rules))).said).toEqual([blocks('out')]);
  });

  test('a narrow IPv6 range opens nothing', async () => {
    const rules = [{ to: [ipBlock('0.0.0.0/0', '10.0.0.0/8'), ipBlock('2a00:1450::/32')] }];
    expect((await saidOf(egress(...rules))).said).toEqual([]);
  });

  test('exceptions for the cluster’s own ranges close it', async () => {
    const fine = ipBlock('::/0', 'fc00::/7', `${PODS_IPV6}::/64`);
    expect((await saidOf(egress({ to: [ipBlock('0.0.0.0/0', '10.0.0.0/8'), fine] }))).said).toEqual([]);
  });
});

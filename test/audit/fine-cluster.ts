import type { JsonObject } from '../../infra/local/cluster/index.ts';
import type { VpcFirewall, VpcFirewallRule } from '../../shared/audit/index.ts';
import type { LookUp } from '../../shared/audit/names.ts';
import {
  IPV4_FIRST,
  IPV6_FIRST,
  ipBlock,
  madeSlice,
  namespace,
  node,
  PODS_IPV6,
  pod,
  policy,
  service,
} from './objects.ts';

/** A dual-stack cluster in which everything is as it should be: an audit has nothing to say of it. */
export const FINE: readonly JsonObject[] = [
  node('node-1', 1),
  node('node-2', 2),
  namespace('fine'),
  service('kube-system', 'kube-dns', {
    ...IPV4_FIRST,
    ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 8053 }],
    selector: { 'k8s-app': 'kube-dns' },
  }),
  pod('kube-system', 'coredns', {
    labels: { 'k8s-app': 'kube-dns' },
    ips: ['100.96.1.2', `${PODS_IPV6}:1::2`],
  }),
  madeSlice('kube-system', 'kube-dns', 'IPv4', ['100.96.1.2']),
  madeSlice('kube-system', 'kube-dns', 'IPv6', [`${PODS_IPV6}:1::2`]),
  // The cluster's own agents run in their nodes' network.
  pod('kube-system', 'kube-proxy', {
    node: 'node-2',
    ips: ['10.250.0.2', `${PODS_IPV6}:2::`],
    spec: { hostNetwork: true },
  }),
  service('fine', 'web', IPV6_FIRST),
  pod('fine', 'web-1', {
    labels: { app: 'web' },
    ips: ['100.96.1.3', `${PODS_IPV6}:1::3`],
    container: { args: ['--listen=[::]:8080', '--metrics=0.0.0.0:9090', '--trusted=0.0.0.0/0'] },
  }),
  madeSlice('fine', 'web', 'IPv4', ['100.96.1.3']),
  madeSlice('fine', 'web', 'IPv6', [`${PODS_IPV6}:1::3`]),
  // Denies by default, lets both families through, and what needs no counterpart.
  policy('fine', 'deny-all', { policyTypes: ['Ingress', 'Egress'] }),
  policy('fine', 'web', {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      { from: [ipBlock('0.0.0.0/0'), ipBlock('::/0')], ports: [{ port: 8080, protocol: 'TCP' }] },
      { ports: [{ port: 9090, protocol: 'TCP' }] },
      { from: [{ podSelector: {} }] },
    ],
    egress: [
      { to: [ipBlock('169.254.169.254/32')], ports: [{ port: 80, protocol: 'TCP' }] },
      { to: [ipBlock('0.0.0.0/0', '10.0.0.0/8')] },
      { to: [ipBlock('::/0', 'fc00::/7', `${PODS_IPV6}::/64`)] },
    ],
  }),
];

const RULE: VpcFirewallRule = {
  name: 'allow-internal-ipv6',
  network: 'net',
  direction: 'INGRESS',
  priority: 1000,
  disabled: false,
  action: 'allow',
  protocols: [{ protocol: 'tcp', ports: ['1-65535'] }],
  sources: [`${PODS_IPV6}::/64`],
  destinations: [],
  targets: [],
};

/** What Gardener makes, and rules that let nobody in who should not. */
export const FINE_RULES: readonly VpcFirewallRule[] = [
  RULE,
  { ...RULE, name: 'allow-health-checks-ipv6', sources: ['2600:2d00:1:1::/64'] },
  { ...RULE, name: 'allow-all-ipv4', sources: ['0.0.0.0/0'] },
  { ...RULE, name: 'egress', direction: 'EGRESS', sources: [], destinations: ['::/0'] },
  { ...RULE, name: 'off', disabled: true, sources: ['::/0'] },
  { ...RULE, name: 'load-balancer', sources: ['::/0'], destinations: ['2600:1900:9999::1/128'] },
  { ...RULE, name: 'overruled', sources: ['::/0'], priority: 900 },
  {
    ...RULE,
    name: 'deny',
    sources: ['::/0'],
    priority: 900,
    action: 'deny',
    protocols: [{ protocol: 'all', ports: [] }],
  },
];

export function firewallWith(...rules: readonly VpcFirewallRule[]): VpcFirewall {
  return { project: 'project', network: 'net', rules: async () => rules };
}

/** The rule that a case changes something of. */
export function firewallRule(parts: Partial<VpcFirewallRule>): VpcFirewallRule {
  return { ...RULE, ...parts };
}

/** Every name has both kinds of records, but for those that say in their own words that they have not. */
export const lookUp: LookUp = async (name) =>
  name.includes('no-answer')
    ? { kind: 'no answer', why: 'queryA ETIMEOUT' }
    : { kind: 'answered', ipv4: true, ipv6: !name.includes('ipv4-only') };

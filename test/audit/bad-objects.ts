import type { JsonObject } from '../../infra/local/cluster/index.ts';
import type { VpcFirewallRule } from '../../shared/audit/index.ts';
import type { RuleName } from '../../shared/audit/rules/index.ts';
import { firewallRule } from './fine-cluster.ts';
import {
  IPV4,
  IPV4_FIRST,
  IPV6_FIRST,
  ipBlock,
  madeSlice,
  node,
  PODS_IPV6,
  pod,
  policy,
  selectorless,
  service,
  slice,
} from './objects.ts';

export interface BadObject {
  /** What is wrong, as the end of "a cluster …". */
  readonly title: string;
  /** What is added to a fine cluster. Every case has a namespace of its own, so that all of them fit into one cluster. */
  readonly objects: readonly JsonObject[];
  readonly firewall?: readonly VpcFirewallRule[];
  /** Exactly what is found: the rule, and the object as `Kind namespace/name`. */
  readonly finds: readonly (readonly [RuleName, string])[];
  /** Objects for which a manifest is suggested; the dry run must accept each. */
  readonly suggests?: readonly string[];
}

const BOTH = ['100.96.1.9', `${PODS_IPV6}:1::9`];
const LB = { type: 'LoadBalancer' };
const RBS = { annotations: { 'cloud.google.com/l4-rbs': 'enabled' } };
const https = [{ port: 443, protocol: 'TCP' }];

/** Deliberately bad objects, each with exactly what an audit must say of it. */
export const BAD_OBJECTS: readonly BadObject[] = [
  {
    title: 'with a Service of IPv4 only',
    objects: [service('bad-service', 'web', IPV4)],
    finds: [['service-single-stack', 'Service bad-service/web']],
    suggests: ['Service bad-service/web'],
  },
  {
    title: 'with a headless Service of IPv4 only',
    objects: [service('bad-headless', 'db', { ...IPV4, clusterIP: 'None' })],
    finds: [['service-single-stack', 'Service bad-headless/db']],
    suggests: ['Service bad-headless/db'],
  },
  {
    title: 'with a Service of IPv4 only whose endpoints somebody writes',
    objects: [
      selectorless('bad-selectorless', 'db', IPV4),
      slice('bad-selectorless', 'db', 'IPv4', ['192.0.2.7']),
    ],
    finds: [['service-single-stack', 'Service bad-selectorless/db']],
  },
  {
    title: 'with a pod from before its node had both families, behind a Service of IPv4 only',
    objects: [
      service('bad-late', 'web', IPV4),
      pod('bad-late', 'web-1', { labels: { app: 'web' }, ips: ['100.96.1.10'] }),
      madeSlice('bad-late', 'web', 'IPv4', ['100.96.1.10']),
    ],
    finds: [
      ['pod-without-ipv6', 'Pod bad-late/web-1'],
      ['service-single-stack', 'Service bad-late/web'],
    ],
  },
  {
    title: 'with a dual-stack Service whose pods have no IPv6',
    objects: [
      service('bad-unanswered', 'web', IPV6_FIRST),
      pod('bad-unanswered', 'web-1', { labels: { app: 'web' }, ips: ['100.96.1.11'] }),
      madeSlice('bad-unanswered', 'web', 'IPv4', ['100.96.1.11']),
      madeSlice('bad-unanswered', 'web', 'IPv6', []),
    ],
    finds: [
      ['service-ipv6-unanswered', 'Service bad-unanswered/web'],
      ['pod-without-ipv6', 'Pod bad-unanswered/web-1'],
    ],
  },
  {
    title: 'with a dual-stack Service whose pods listen at 0.0.0.0',
    objects: [
      service('bad-listener', 'web', IPV6_FIRST),
      pod('bad-listener', 'web-1', {
        labels: { app: 'web' },
        ips: BOTH,
        container: { args: ['--bind-address=0.0.0.0:8080'] },
      }),
      madeSlice('bad-listener', 'web', 'IPv4', ['100.96.1.9']),
      madeSlice('bad-listener', 'web', 'IPv6', [`${PODS_IPV6}:1::9`]),
    ],
    finds: [['service-ipv6-unanswered', 'Service bad-listener/web']],
  },
  {
    title: 'with a NetworkPolicy that allows egress to 0.0.0.0/0',
    objects: [
      policy('bad-egress', 'out', {
        policyTypes: ['Egress'],
        egress: [{ to: [ipBlock('0.0.0.0/0')], ports: https }],
      }),
    ],
    finds: [['network-policy-blocks-ipv6', 'NetworkPolicy bad-egress/out']],
    suggests: ['NetworkPolicy bad-egress/out'],
  },
  {
    title: 'with a NetworkPolicy that allows ingress from both halves of IPv4',
    objects: [
      policy('bad-ingress', 'in', {
        policyTypes: ['Ingress'],
        ingress: [{ from: [ipBlock('0.0.0.0/1'), ipBlock('128.0.0.0/1')] }, { from: [{ podSelector: {} }] }],
      }),
    ],
    finds: [['network-policy-blocks-ipv6', 'NetworkPolicy bad-ingress/in']],
    suggests: ['NetworkPolicy bad-ingress/in'],
  },
  {
    title: 'with a NetworkPolicy that denies by exceptions from 0.0.0.0/0',
    objects: [
      policy('bad-exceptions', 'out', {
        policyTypes: ['Egress'],
        egress: [{ to: [ipBlock('0.0.0.0/0', '10.0.0.0/8', '169.254.169.254/32')] }],
      }),
    ],
    finds: [['network-policy-blocks-ipv6', 'NetworkPolicy bad-exceptions/out']],
  },
  {
    title: 'with a NetworkPolicy that allows the nodes by their IPv4 range',
    objects: [policy('bad-cluster', 'in', { ingress: [{ from: [ipBlock('10.250.0.0/16')] }] })],
    finds: [['network-policy-blocks-ipv6', 'NetworkPolicy bad-cluster/in']],
  },
  {
    title: 'with a NetworkPolicy that allows a host by its IPv4 address',
    objects: [
      policy('bad-host', 'out', { policyTypes: ['Egress'], egress: [{ to: [ipBlock('203.0.113.7/32')] }] }),
    ],
    finds: [['network-policy-blocks-ipv6', 'NetworkPolicy bad-host/out']],
  },
  {
    title: 'with a NetworkPolicy that allows IPv6 on another port only',
    objects: [
      policy('bad-port', 'out', {
        policyTypes: ['Egress'],
        egress: [
          { to: [ipBlock('::/0')], ports: [{ port: 53, protocol: 'UDP' }] },
          { to: [ipBlock('0.0.0.0/0')], ports: https },
        ],
      }),
    ],
    finds: [['network-policy-blocks-ipv6', 'NetworkPolicy bad-port/out']],
    suggests: ['NetworkPolicy bad-port/out'],
  },
  {
    title: 'with a NetworkPolicy whose ::/0 has none of the exceptions of 0.0.0.0/0',
    objects: [
      policy('bad-open', 'out', {
        policyTypes: ['Egress'],
        egress: [{ to: [ipBlock('0.0.0.0/0', '10.0.0.0/8', '192.168.0.0/16'), ipBlock('::/0')] }],
      }),
    ],
    finds: [['network-policy-leaves-ipv6-open', 'NetworkPolicy bad-open/out']],
  },
  {
    title: 'with a NetworkPolicy that excepts private IPv6 and forgets that nodes and pods are not',
    objects: [
      policy('bad-half-open', 'out', {
        policyTypes: ['Egress'],
        egress: [{ to: [ipBlock('0.0.0.0/0', '10.0.0.0/8'), ipBlock('::/0', 'fc00::/7')] }],
      }),
    ],
    finds: [['network-policy-leaves-ipv6-open', 'NetworkPolicy bad-half-open/out']],
  },
  {
    title: 'with a load balancer out of target pools',
    objects: [service('bad-target-pool', 'web', { ...LB, ...IPV4 })],
    finds: [['load-balancer-single-stack', 'Service bad-target-pool/web']],
    suggests: ['Service bad-target-pool/web'],
  },
  {
    title: 'with a load balancer out of target pools that lets some IPv4 sources in',
    objects: [
      service('bad-target-pool-sources', 'web', {
        ...LB,
        ...IPV4,
        loadBalancerSourceRanges: ['198.51.100.0/24'],
      }),
    ],
    finds: [['load-balancer-single-stack', 'Service bad-target-pool-sources/web']],
  },
  {
    title: 'with an IPv4 load balancer of ingress-gce',
    objects: [service('bad-rbs', 'web', { ...LB, ...IPV4 }, RBS)],
    finds: [['load-balancer-single-stack', 'Service bad-rbs/web']],
    suggests: ['Service bad-rbs/web'],
  },
  {
    title: 'with a load balancer of ingress-gce in the Standard tier, which has no IPv6 and so no manifest',
    objects: [
      service(
        'bad-tier',
        'web',
        { ...LB, ...IPV4 },
        { annotations: { ...RBS.annotations, 'cloud.google.com/network-tier': 'Standard' } },
      ),
    ],
    finds: [['load-balancer-single-stack', 'Service bad-tier/web']],
  },
  {
    title: 'with an internal load balancer',
    objects: [
      service(
        'bad-internal',
        'web',
        { ...LB, ...IPV4 },
        { annotations: { 'networking.gke.io/load-balancer-type': 'Internal' } },
      ),
    ],
    finds: [['load-balancer-single-stack', 'Service bad-internal/web']],
  },
  {
    title: 'with a dual-stack load balancer that names only IPv4 sources',
    objects: [
      service(
        'bad-sources',
        'web',
        { ...LB, ...IPV6_FIRST, loadBalancerSourceRanges: ['198.51.100.0/24'] },
        RBS,
      ),
    ],
    finds: [['load-balancer-open', 'Service bad-sources/web']],
  },
  {
    title: 'with a pod of its owner in the network of a node that the Internet routes to',
    objects: [
      pod('bad-host-network', 'agent', {
        ips: ['10.250.0.1', `${PODS_IPV6}:1::`],
        spec: { hostNetwork: true },
      }),
    ],
    finds: [['host-network', 'Pod bad-host-network/agent']],
  },
  {
    title: 'with an agent that has its node’s IPv4 address from before',
    objects: [pod('kube-system', 'stale-agent', { ips: ['10.250.0.1'], spec: { hostNetwork: true } })],
    finds: [['host-network', 'Pod kube-system/stale-agent']],
  },
  {
    title: 'with a node of IPv4 only',
    objects: [node('old-node', 7, { podCidrs: ['100.96.7.0/24'], addresses: ['10.250.0.7'] })],
    finds: [['node-without-ipv6', 'Node old-node']],
  },
  {
    title: 'with a pod that turns IPv6 off',
    objects: [
      pod('bad-sysctl', 'tuned', {
        ips: BOTH,
        spec: { securityContext: { sysctls: [{ name: 'net.ipv6.conf.all.disable_ipv6', value: '1' }] } },
      }),
    ],
    finds: [['ipv6-turned-off', 'Pod bad-sysctl/tuned']],
  },
  {
    title: 'with an agent that stops its nodes from forwarding IPv6',
    objects: [
      pod('bad-forwarding', 'tuner', {
        ips: BOTH,
        container: { command: ['sh', '-c', 'sysctl -w net.ipv6.conf.all.forwarding=0 && sleep inf'] },
      }),
    ],
    finds: [['ipv6-turned-off', 'Pod bad-forwarding/tuner']],
  },
  {
    title: 'with a DNS cache on its nodes that listens at IPv4 only',
    objects: [
      pod('kube-system', 'node-local-dns', {
        labels: { 'k8s-app': 'node-local-dns' },
        ips: ['10.250.0.1', `${PODS_IPV6}:1::`],
        spec: { hostNetwork: true },
        container: { args: ['-localip', '169.254.20.10,100.64.0.10', '-conf', '/etc/Corefile'] },
      }),
    ],
    finds: [['node-local-dns', 'Pod kube-system/node-local-dns']],
  },
  {
    title: 'with a name that has no AAAA record',
    objects: [
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { namespace: 'bad-dns', name: 'shop' },
        spec: {
          defaultBackend: { service: { name: 'shop', port: { number: 80 } } },
          rules: [{ host: 'ipv4-only.example.org' }, { host: '*.both.example.org' }],
        },
      },
    ],
    finds: [['dns-without-aaaa', 'Ingress bad-dns/shop']],
  },
  {
    title: 'with a DNSEntry of an IPv4 address',
    objects: [
      {
        apiVersion: 'dns.gardener.cloud/v1alpha1',
        kind: 'DNSEntry',
        metadata: { namespace: 'bad-dns-entry', name: 'shop' },
        spec: { dnsName: 'shop.example.org', targets: ['198.51.100.1'] },
      },
    ],
    finds: [['dns-without-aaaa', 'DNSEntry bad-dns-entry/shop']],
  },
  {
    title: 'with a DNSEndpoint that has an A record only',
    objects: [
      {
        apiVersion: 'externaldns.k8s.io/v1alpha1',
        kind: 'DNSEndpoint',
        metadata: { namespace: 'bad-dns-endpoint', name: 'shop' },
        spec: {
          endpoints: [
            { dnsName: 'a.example.org', recordType: 'A', targets: ['198.51.100.1'] },
            { dnsName: 'b.example.org', recordType: 'A', targets: ['198.51.100.2'] },
            { dnsName: 'b.example.org', recordType: 'AAAA', targets: ['2600:1900::2'] },
            { dnsName: 'c.example.org', recordType: 'TXT', targets: ['hello'] },
          ],
        },
      },
    ],
    finds: [['dns-without-aaaa', 'DNSEndpoint bad-dns-endpoint/shop']],
  },
  {
    title: 'with a webhook at an IPv4 address',
    objects: [webhooks('bad-url', { url: 'https://192.0.2.10:8443/validate' })],
    finds: [['webhook-endpoint', 'ValidatingWebhookConfiguration bad-url']],
  },
  {
    title: 'with a webhook behind a Service of IPv4 only',
    objects: [
      service('bad-webhook', 'hook', IPV4),
      webhooks('bad-service', { service: { namespace: 'bad-webhook', name: 'hook' } }),
    ],
    finds: [
      ['webhook-endpoint', 'ValidatingWebhookConfiguration bad-service'],
      ['service-single-stack', 'Service bad-webhook/hook'],
    ],
    suggests: ['Service bad-webhook/hook'],
  },
  {
    title: 'with an aggregated API behind a Service of IPv4 only',
    objects: [
      service('bad-api', 'metrics', IPV4),
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1.bad.example.org' },
        spec: {
          group: 'bad.example.org',
          version: 'v1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { namespace: 'bad-api', name: 'metrics' },
        },
      },
    ],
    finds: [
      ['api-service-endpoint', 'APIService v1.bad.example.org'],
      ['service-single-stack', 'Service bad-api/metrics'],
    ],
    suggests: ['Service bad-api/metrics'],
  },
  {
    title: 'with images of a registry without IPv6',
    objects: [pod('bad-image', 'app', { ips: BOTH, container: { image: 'ipv4-only.example.com/app:1' } })],
    finds: [['destination-without-ipv6', 'ImageRegistry ipv4-only.example.com']],
  },
  {
    title: 'with a Service that stands for a name without IPv6',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'bad-external', name: 'db' },
        spec: { type: 'ExternalName', externalName: 'db.ipv4-only.example.net' },
      },
    ],
    finds: [['destination-without-ipv6', 'Service bad-external/db']],
  },
  {
    title: 'with a dual-stack Service whose first family is IPv4',
    objects: [service('bad-primary', 'web', IPV4_FIRST)],
    finds: [['ipv4-primary', 'the cluster']],
  },
  {
    title: 'with a pod that is told to call an IPv4 address by its number',
    objects: [
      pod('bad-number', 'client', {
        ips: BOTH,
        container: {
          args: ['--upstream=http://10.1.2.3:8080/path'],
          env: [{ name: 'DATABASE_URL', value: 'postgres://user:secret@192.0.2.7/shop' }],
        },
      }),
    ],
    finds: [['ipv4-by-number', 'Pod bad-number/client']],
  },
  {
    title: 'with a firewall rule that lets anybody in over IPv6',
    objects: [],
    firewall: [
      firewallRule({
        name: 'allow-ssh',
        sources: ['::/0'],
        protocols: [{ protocol: 'tcp', ports: ['22'] }],
        priority: 800,
      }),
    ],
    finds: [['globally-reachable', 'Firewall allow-ssh']],
  },
];

function webhooks(name: string, clientConfig: JsonObject): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'bad.example.org',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig,
        // Of a group that nobody has: the API server never calls it.
        rules: [
          {
            apiGroups: ['nobody.example.org'],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['*'],
          },
        ],
      },
    ],
  };
}

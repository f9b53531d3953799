import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../infra/local/cluster/index.ts';
import { auditOf } from './listed-cluster.ts';
import {
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

/** Peers that treat both families alike, whatever else they are. */
const peers = fc.oneof(
  fc.constant<JsonObject[]>([]),
  fc.constant<JsonObject[]>([{ podSelector: { matchLabels: { app: 'other' } } }]),
  fc.constant<JsonObject[]>([{ namespaceSelector: {} }]),
  fc.constant<JsonObject[]>([ipBlock('0.0.0.0/0'), ipBlock('::/0')]),
  fc.constant<JsonObject[]>([ipBlock('203.0.113.0/24'), ipBlock('2a00:1450:4001::/48')]),
  fc.constant<JsonObject[]>([ipBlock('169.254.169.254/32')]),
  fc.constant<JsonObject[]>([
    ipBlock('0.0.0.0/0', '10.0.0.0/8'),
    ipBlock('::/0', 'fc00::/7', `${PODS_IPV6}::/64`),
  ]),
  fc.constant<JsonObject[]>([ipBlock('2a00:1450:4001::/48')]),
);

const ports = fc.option(
  fc.array(
    fc.record({
      protocol: fc.constantFrom('TCP', 'UDP'),
      port: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom('http', 'dns')),
    }),
    { maxLength: 3 },
  ),
  { nil: undefined },
);

const selector = fc.constantFrom<JsonObject>(
  {},
  { matchLabels: { app: 'web' } },
  { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
);

const policies = fc.array(
  fc.record({
    podSelector: selector,
    policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
    ingress: fc.array(fc.record({ from: peers, ports }), { maxLength: 3 }),
    egress: fc.array(fc.record({ to: peers, ports }), { maxLength: 3 }),
  }),
  { maxLength: 4 },
);

/** What a container may be told that has nothing to do with families. */
const words = fc.array(
  fc.constantFrom(
    '--listen=[::]:8080',
    '--metrics=0.0.0.0:9999',
    '--trusted=0.0.0.0/0',
    '--port=8080',
    '10.0.0.0',
    '--url=http://127.0.0.1:8080',
    '--url=https://[2a00:1450:4001::1]:443/',
    '--image=registry.example.org/main:1.2.3.4',
    'http://10.1.2.3.nip.io/',
    'http://169.254.169.254/computeMetadata/v1/',
    '--v=2',
  ),
  { maxLength: 4 },
);

const workloads = fc.array(
  fc.record({ words, ready: fc.boolean(), headless: fc.boolean(), replicas: fc.nat(3) }),
  { maxLength: 4 },
);

test('a cluster in which both families are treated alike gives no finding, whatever else is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(3), workloads, policies, async (nodes, made, specs) => {
      const objects = [
        namespace('shop'),
        ...Array.from({ length: nodes + 1 }, (_, index) => node(`node-${index + 1}`, index + 1)),
        ...made.flatMap(({ words: args, headless, replicas }, index) => {
          const name = `app-${index}`;
          const addresses = Array.from({ length: replicas }, (_, replica) => replica + 2);
          return [
            service('shop', name, { ...IPV6_FIRST, ...(headless && { clusterIP: 'None' }) }),
            ...addresses.map((last) =>
              pod('shop', `${name}-${last}`, {
                labels: { app: name },
                ips: [`100.96.1.${last}`, `${PODS_IPV6}:1::${last}`],
                container: { args },
              }),
            ),
            madeSlice(
              'shop',
              name,
              'IPv4',
              addresses.map((last) => `100.96.1.${last}`),
            ),
            madeSlice(
              'shop',
              name,
              'IPv6',
              addresses.map((last) => `${PODS_IPV6}:1::${last}`),
            ),
          ];
        }),
        ...specs.map((spec, index) => policy('shop', `policy-${index}`, JSON.parse(JSON.stringify(spec)))),
      ];
      expect((await auditOf(objects)).findings).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

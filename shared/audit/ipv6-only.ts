import type { Facts } from './facts.ts';
import type { AuditReport, Finding } from './report/schema.ts';
import type { RuleName } from './rules/index.ts';

type Way = AuditReport['way'];

interface Step {
  readonly step: string;
  /** Rules that must find nothing for it to be met. */
  readonly rules: readonly RuleName[];
}

/** What has to be so before IPv4 can go, in the order in which each depends on the ones before. */
const STEPS: readonly Step[] = [
  {
    step: 'Every node and every pod has an IPv6 address',
    rules: [
      'cluster-single-stack',
      'node-without-ipv6',
      'ipv6-turned-off',
      'pod-without-ipv6',
      'host-network',
    ],
  },
  {
    step: 'Policies and firewall treat IPv6 as they treat IPv4',
    rules: [
      'network-policy-blocks-ipv6',
      'network-policy-leaves-ipv6-open',
      'load-balancer-open',
      'globally-reachable',
    ],
  },
  {
    step: 'Every Service and load balancer answers over IPv6',
    rules: [
      'service-single-stack',
      'service-ipv6-unanswered',
      'load-balancer-single-stack',
      'node-local-dns',
    ],
  },
  { step: 'Every name has an AAAA record', rules: ['dns-without-aaaa'] },
  {
    step: 'The API server reaches what it calls over IPv6',
    rules: ['webhook-endpoint', 'api-service-endpoint'],
  },
  {
    step: 'What pods and nodes call outside has IPv6',
    rules: ['destination-without-ipv6', 'ipv4-by-number'],
  },
];

/**
 * How far it is to a cluster without IPv4. A Gardener shoot on Google Cloud does not get there: its families change from IPv4 to
 * both and back (gardener-core-flow.md §1.1), and IPv6 alone is refused (§1.5). What is met here is what a new cluster can count
 * on.
 */
export function wayToIpv6Only(
  findings: readonly Finding[],
  skipped: ReadonlySet<string>,
  { gardener }: Pick<Facts, 'gardener'>,
): Way {
  return [
    ...STEPS.map(({ step, rules }): Way[number] => {
      const open = findings.filter(({ rule }) => rules.some((each) => each === rule));
      if (open.length > 0) {
        const by = [...new Set(open.map(({ rule }) => rule))];
        return {
          step,
          state: 'open',
          remark: `${open.length} finding${open.length === 1 ? '' : 's'}: ${by.join(', ')}`,
        };
      }
      const unasked = rules.filter((rule) => skipped.has(rule));
      return unasked.length > 0
        ? { step, state: 'unknown', remark: `not looked at: ${unasked.join(', ')}` }
        : { step, state: 'met', remark: 'nothing found' };
    }),
    {
      step: 'IPv4 goes',
      state: gardener ? 'not possible' : 'unknown',
      remark: gardener
        ? 'Gardener changes a shoot from IPv4 to both families and back, and on Google Cloud has none with IPv6 alone: it takes a new cluster, elsewhere or later.'
        : 'the first family of a cluster, and of a Service with cluster IPs, stays for good: it takes a new cluster.',
    },
  ];
}

import { apiServiceEndpoint } from './api-service-endpoint.ts';
import { clusterSingleStack } from './cluster-single-stack.ts';
import { destinationWithoutIpv6 } from './destination-without-ipv6.ts';
import { dnsWithoutAaaa } from './dns-without-aaaa.ts';
import { globallyReachable } from './globally-reachable.ts';
import { hostNetwork } from './host-network.ts';
import { ipv4ByNumber } from './ipv4-by-number.ts';
import { ipv4Primary } from './ipv4-primary.ts';
import { ipv6TurnedOff } from './ipv6-turned-off.ts';
import { loadBalancerOpen } from './load-balancer-open.ts';
import { loadBalancerSingleStack } from './load-balancer-single-stack.ts';
import { networkPolicyBlocksIpv6 } from './network-policy-blocks-ipv6.ts';
import { networkPolicyLeavesIpv6Open } from './network-policy-leaves-ipv6-open.ts';
import { nodeLocalDns } from './node-local-dns.ts';
import { nodeWithoutIpv6 } from './node-without-ipv6.ts';
import { podWithoutIpv6 } from './pod-without-ipv6.ts';
import type { Rule } from './rule.ts';
import { serviceIpv6Unanswered } from './service-ipv6-unanswered.ts';
import { serviceSingleStack } from './service-single-stack.ts';
import { webhookEndpoint } from './webhook-endpoint.ts';

/** Every rule by its name, in the order in which an owner would go through them. The list is the documentation. */
export const RULES = {
  // The firewall is the only wall before addresses that the Internet routes.
  'globally-reachable': globallyReachable,
  // ingress-gce lets everybody in over IPv6 where only IPv4 sources are named.
  'load-balancer-open': loadBalancerOpen,
  // ::/0 without the exceptions that IPv4 has.
  'network-policy-leaves-ipv6-open': networkPolicyLeavesIpv6Open,
  // An IPv6 address at which nobody answers is tried first all the same.
  'service-ipv6-unanswered': serviceIpv6Unanswered,

  // Without a second range no Service can be dual-stack.
  'cluster-single-stack': clusterSingleStack,
  // A node's pod CIDRs are what it had when it joined.
  'node-without-ipv6': nodeWithoutIpv6,
  // The kernel has the last word.
  'ipv6-turned-off': ipv6TurnedOff,
  // A pod's addresses are what it had when it started.
  'pod-without-ipv6': podWithoutIpv6,
  // It has the node's addresses, also towards the Internet.
  'host-network': hostNetwork,
  // An ipBlock knows one family, and what no rule allows is dropped.
  'network-policy-blocks-ipv6': networkPolicyBlocksIpv6,
  // Services stay as they are when a cluster becomes dual-stack.
  'service-single-stack': serviceSingleStack,
  // Target pools know IPv4 only, and cannot be turned into anything else.
  'load-balancer-single-stack': loadBalancerSingleStack,
  // The last thing to do, when all else answers over IPv6.
  'dns-without-aaaa': dnsWithoutAaaa,

  // From here on: the way to IPv6-only.
  'node-local-dns': nodeLocalDns,
  'webhook-endpoint': webhookEndpoint,
  'api-service-endpoint': apiServiceEndpoint,
  'destination-without-ipv6': destinationWithoutIpv6,
  // A number is of one family for good.
  'ipv4-by-number': ipv4ByNumber,
  'ipv4-primary': ipv4Primary,
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

import type { Cidr } from '../migration/cidr.ts';
import { isGlobal, rangesOf } from './addresses.ts';
import type { VpcFirewallRule } from './firewall.ts';
import type { Listed } from './kinds.ts';
import type { NameAnswer } from './names.ts';
import type { Metadata } from './objects/common.ts';
import type { Node } from './objects/workloads.ts';
import type { Whose } from './report/schema.ts';

/** Everything that rules look at. A list that could not be had is absent, which is not the same as empty. */
export interface Facts extends Listed {
  /** Host of the API server's URL. */
  readonly apiServer: string | undefined;
  /** Gardener keeps the cluster. */
  readonly gardener: boolean;
  readonly dualStackServices: 'yes' | 'no' | 'unknown';
  readonly ranges: ClusterRanges;
  readonly networkPlugin: 'calico' | 'cilium' | undefined;
  /** VPC firewall rules of the nodes' network; absent where no project was named, or where they could not be had. */
  readonly firewall?: readonly VpcFirewallRule[] | undefined;
  /** What the DNS says; absent where it was not to be asked. */
  readonly names?: ReadonlyMap<string, NameAnswer> | undefined;
}

/** What the cluster's own addresses lie in, as far as it is known. */
export interface ClusterRanges {
  readonly ipv4: readonly Cidr[];
  readonly ipv6: readonly Cidr[];
}

export type FactName = 'firewall' | 'names' | keyof Listed;

/** gardener-resource-manager puts it on everything that it keeps as it is written. */
const MANAGED_BY = 'resources.gardener.cloud/managed-by';

/** Whose an object is: in a shoot, all of `kube-system` comes from Gardener, and so does what carries its label. */
export function whoseIs(
  { namespace, labels }: Pick<Metadata, 'namespace' | 'labels'>,
  { gardener }: Pick<Facts, 'gardener'>,
): Whose {
  if (labels[MANAGED_BY] !== undefined) return 'Gardener';
  if (namespace !== 'kube-system') return 'owner';
  return gardener ? 'Gardener' : 'system';
}

/** What to say in place of advice, where the owner cannot follow any. */
export function hands(whose: Whose, advice: string): string {
  if (whose === 'owner') return advice;
  if (whose === 'Gardener')
    return `Nothing of yours: Gardener keeps it as it is. If it stays, tell whoever runs Gardener. (${advice})`;
  return `It belongs to the cluster itself: whoever runs it decides. (${advice})`;
}

export function podCidrsOf({ spec }: Node): readonly string[] {
  return spec.podCIDRs.length > 0 ? spec.podCIDRs : spec.podCIDR ? [spec.podCIDR] : [];
}

export function nodeAddressesOf({ status }: Node): readonly string[] {
  return status.addresses.filter(({ type }) => type.endsWith('IP')).map(({ address }) => address);
}

/**
 * Whether the Internet knows a way to the node. On Compute Engine its pod CIDR is a part of its own /96, so that tells it too
 * (provider-gcp, `docs/usage/ipv6.md`).
 */
export function isGloballyRouted(node: Node): boolean {
  return [...nodeAddressesOf(node), ...rangesOf(podCidrsOf(node), 'IPv6')].some(isGlobal);
}

export function isOnComputeEngine({ nodes = [] }: Facts): boolean {
  return nodes.some(({ spec }) => spec.providerID?.startsWith('gce://'));
}

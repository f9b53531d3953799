import { rangesOf } from './addresses.ts';
import type { Service } from './objects/services.ts';

const INTERNAL = ['networking.gke.io/load-balancer-type', 'cloud.google.com/load-balancer-type'];
const L4_RBS = 'cloud.google.com/l4-rbs';
const NETWORK_TIER = 'cloud.google.com/network-tier';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
/** Of what is based on backend services, the finalizers of ingress-gce: `gke.networking.io/l4-netlb-v2` and its like. */
const OF_INGRESS_GCE = /^gke\.networking\.io\/l4-netlb-v\d+$/;

export function isLoadBalancer({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer';
}

export function isInternal({ metadata: { annotations }, spec }: Service): boolean {
  return (
    INTERNAL.some((annotation) => annotations[annotation]?.toLowerCase() === 'internal') ||
    spec.loadBalancerClass === 'networking.gke.io/l4-regional-internal'
  );
}

/**
 * Kept by ingress-gce, which knows both families; what the cloud-controller-manager made out of target pools knows IPv4 only and
 * cannot be handed over (peers.md §2.5, gardener-gcp-flow.md §4.3).
 */
export function isOfIngressGce({ metadata }: Service): boolean {
  return (
    metadata.finalizers.some((finalizer) => OF_INGRESS_GCE.test(finalizer)) ||
    metadata.annotations[L4_RBS] === 'enabled'
  );
}

/**
 * Asks for the Standard tier, which has no external IPv6: ingress-gce keeps no Service that asks for both, not even its IPv4
 * (ingress-gce#2700). What the project's default is a Service does not say.
 */
export function isOfStandardTier({ metadata: { annotations } }: Service): boolean {
  return annotations[NETWORK_TIER]?.toLowerCase() === 'standard';
}

export function addressesOfLoadBalancer({ status }: Service): readonly string[] {
  return status.loadBalancer?.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []) ?? [];
}

/** Who may reach it, by the field or, where that is empty, by the older annotation. */
function sourceRangesOf({ metadata, spec }: Service): readonly string[] {
  if (spec.loadBalancerSourceRanges.length > 0)
    return spec.loadBalancerSourceRanges.map((range) => range.trim());
  const annotation = metadata.annotations[SOURCE_RANGES];
  return annotation ? annotation.split(',').map((range) => range.trim()) : [];
}

/** It limits IPv4 sources and says nothing of IPv6 ones; undefined where it limits nothing. */
export function ipv4OnlySources(service: Service): readonly string[] | undefined {
  const ranges = sourceRangesOf(service);
  const limits = ranges.length > 0 && !ranges.includes('0.0.0.0/0');
  return limits && rangesOf(ranges, 'IPv6').length === 0 ? ranges : undefined;
}

import type { CoreDnsPod } from '../../kubernetes/cluster.ts';
import { familyOfAddress, type IpFamily } from '../../migration/cidr.ts';
import { listed } from '../listed.ts';

/** Pods that serve or will serve; what is terminating, failed or completed says nothing about CoreDNS any more. */
export function livePods(pods: readonly CoreDnsPod[]): readonly CoreDnsPod[] {
  return pods.filter(({ gone }) => gone === undefined);
}

/** Ready, and with an address of each family, by value: two IPv4 ones are no dual-stack (gardener-core-flow.md T1). */
export function answersOverBoth(pod: CoreDnsPod): boolean {
  return pod.notReady === undefined && missingFamilies(pod).length === 0;
}

/** It got its addresses when its sandbox was made, and will never get another one; without any it still may get both. */
export function isSingleStack(pod: CoreDnsPod): boolean {
  return pod.addresses.length > 0 && missingFamilies(pod).length > 0;
}

/** `coredns-7d9f-x2x (node-1: no IPv6 address, has 100.96.0.4)`, for the first few of them. */
export function podsAndReasons(pods: readonly CoreDnsPod[]): string {
  return listed(pods.map((pod) => `${pod.name} (${pod.node ?? 'on no node'}: ${whatLacks(pod)})`));
}

/** `; not counted: coredns-7d9f-y4y (node-2: terminating)`, empty when every pod counts. */
export function notCounted(pods: readonly CoreDnsPod[]): string {
  const gone = pods.filter((pod) => pod.gone !== undefined);
  if (gone.length === 0) return '';
  return `; not counted: ${listed(gone.map((pod) => `${pod.name} (${pod.node ?? 'on no node'}: ${pod.gone})`))}`;
}

/** A scheduler's sentence names every node of a large cluster. */
const MOST_CHARACTERS = 160;

function whatLacks(pod: CoreDnsPod): string {
  const { notReady, addresses } = pod;
  const unready = notReady === undefined ? [] : [`not ready, ${notReady.slice(0, MOST_CHARACTERS)}`];
  if (addresses.length === 0) return [...unready, 'no address yet'].join('; ');
  const missing = missingFamilies(pod).map(
    (family) => `no ${family} address, has ${addresses.join(' and ')}`,
  );
  return [...unready, ...missing].join('; ');
}

function missingFamilies({ addresses }: CoreDnsPod): readonly IpFamily[] {
  const families = new Set(addresses.map(familyOfAddress));
  return (['IPv4', 'IPv6'] as const).filter((family) => !families.has(family));
}

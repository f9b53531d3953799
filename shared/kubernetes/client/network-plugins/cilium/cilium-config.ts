import type { V1ConfigMap } from '@kubernetes/client-node';
import { contains, readCidr } from '../../../../migration/cidr.ts';
import type { DualStackRanges, Obstacle } from '../../../network-plugin.ts';

/** The keys of `cilium-config` that IPv6 changes, as Gardener's chart sets them for native routing (gardener-core-flow.md §5.2). */
function dualStackKeys({ podsIpv6 }: DualStackRanges) {
  return {
    'enable-ipv6': 'true',
    'ipv6-native-routing-cidr': podsIpv6,
    // The agent then waits for the Node's IPv6 pod CIDR; without this key it makes up a range of its own.
    'k8s-require-ipv6-pod-cidr': 'true',
    'enable-ipv6-masquerade': 'false',
  };
}

export const CILIUM_KEYS: readonly string[] = [
  'enable-ipv6',
  'ipv6-native-routing-cidr',
  'k8s-require-ipv6-pod-cidr',
  'enable-ipv6-masquerade',
];

type Settings = NonNullable<V1ConfigMap['data']>;

/** The keys that have to be written, all others staying as they are; empty when it is dual-stack. */
export function ciliumChanges(data: Settings, ranges: DualStackRanges): Settings {
  return Object.fromEntries(
    Object.entries(dualStackKeys(ranges)).filter(
      ([key, value]) => data[key] !== value && !isOwnersWiderRange(key, data[key], ranges),
    ),
  );
}

export function ciliumChangesInWords(data: Settings, ranges: DualStackRanges): readonly string[] {
  return Object.entries(ciliumChanges(data, ranges)).map(
    ([key, value]) => `${key}: ${data[key] ?? 'not set'} → ${value}`,
  );
}

/** Several clusters that route to each other may share one that covers them all. */
function isOwnersWiderRange(key: string, value: string | undefined, { podsIpv6 }: DualStackRanges): boolean {
  const range = key === 'ipv6-native-routing-cidr' ? readCidr(value, 'IPv6') : undefined;
  return range !== undefined && contains(range, podsIpv6);
}

/** What IPv6 by the nodes' pod CIDRs and the VPC's own routing cannot be added to. */
export function ciliumObstacles(object: string, data: Settings): readonly Obstacle[] {
  const { ipam = 'cluster-pool', 'cni-chaining-mode': chaining = 'none' } = data;
  const says = (kind: Obstacle['kind'], what: string, expected: string): Obstacle => ({
    kind,
    message: `${object}: ${what}, expected ${expected}`,
  });
  return [
    ...(isNative(data) ? [] : [says('overlay', `routing-mode is ${routingMode(data)}`, 'native')]),
    ...(ipam === 'kubernetes' ? [] : [says('ipam', `ipam is ${ipam}`, 'kubernetes')]),
    // Behind another plugin it is that one which gives out the addresses; portmap only forwards ports.
    ...(['none', 'portmap', ''].includes(chaining)
      ? []
      : [says('ipam', `cni-chaining-mode is ${chaining}`, 'none or portmap')]),
  ];
}

/** Before 1.14 the key was `tunnel: disabled`; nothing said means a tunnel. */
function isNative({ 'routing-mode': mode, tunnel }: Settings): boolean {
  return mode === undefined ? tunnel === 'disabled' : mode === 'native';
}

function routingMode({ 'routing-mode': mode, tunnel }: Settings): string {
  return mode ?? (tunnel === undefined ? 'not set, which means tunnel' : `tunnel (${tunnel})`);
}

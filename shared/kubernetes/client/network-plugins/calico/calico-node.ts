import type { V1Container, V1DaemonSet, V1EnvVar } from '@kubernetes/client-node';
import { contains, readCidr } from '../../../../migration/cidr.ts';
import type { DualStackRanges } from '../../../network-plugin.ts';
import { missingStamp } from '../write-stamp.ts';

const AGENT = 'calico-node';
/** Writes the node's addresses a second time where BIRD runs (networking-calico, `daemonset-calico-node.yaml`). */
const CONDITION_ENSURER = 'network-unavailable-condition-ensurer';

type Environment = Readonly<Record<string, string>>;

/** How both find the node's IPv6 address. */
function detection({ nodesIpv6 }: DualStackRanges): Environment {
  return { IP6: 'autodetect', IP6_AUTODETECTION_METHOD: `cidr=${nodesIpv6}` };
}

/** What Gardener's chart sets for native routing with both families (gardener-core-flow.md §5.1). */
function dualStackEnv(ranges: DualStackRanges): Environment {
  return {
    ...detection(ranges),
    CALICO_IPV6POOL_CIDR: ranges.podsIpv6,
    CALICO_IPV6POOL_NAT_OUTGOING: 'false',
    CALICO_IPV6POOL_VXLAN: 'Never',
    CALICO_ROUTER_ID: 'hash',
    FELIX_IPV6SUPPORT: 'true',
    FELIX_IPINIPENABLED: 'false',
    // Host-local IPAM: routes and pools follow the Nodes' pod CIDRs.
    USE_POD_CIDR: 'true',
  };
}

export interface CalicoNodePatch {
  readonly body: { readonly spec: object };
  /** `FELIX_IPV6SUPPORT: false → true` */
  readonly changes: readonly string[];
}

/** The strategic merge patch that makes calico-node dual-stack and its pods as new as `stamp`; undefined when they are. */
export function calicoNodePatch(
  { spec }: V1DaemonSet,
  ranges: DualStackRanges,
  stamp: string | undefined,
): CalicoNodePatch | undefined {
  const wanted: Readonly<Record<string, Environment>> = {
    [AGENT]: dualStackEnv(ranges),
    [CONDITION_ENSURER]: detection(ranges),
  };
  const containers = (spec?.template.spec?.containers ?? []).flatMap((container) => {
    const env = differingEnv(container, wanted[container.name] ?? {}, ranges);
    return env.length === 0 ? [] : [{ name: container.name, env }];
  });
  const annotations = missingStamp(spec?.template, stamp);
  if (containers.length === 0 && annotations === undefined) return undefined;
  return {
    body: {
      spec: {
        template: {
          ...(annotations !== undefined && { metadata: { annotations } }),
          ...(containers.length > 0 && { spec: { containers: containers.map(withoutChange) } }),
        },
      },
    },
    changes: [
      ...containers.flatMap(({ env }) => env.map(({ change }) => change)),
      ...(annotations === undefined ? [] : ['its pods are older than the configuration']),
    ],
  };
}

interface DifferingVariable {
  /** Entry of a strategic merge: a value in the place of a reference needs the reference taken away. */
  readonly entry: object;
  readonly change: string;
}

function differingEnv(
  { env = [] }: V1Container,
  wanted: Environment,
  ranges: DualStackRanges,
): readonly DifferingVariable[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const found = env.find((variable) => variable.name === name);
    if (found?.value === value || (found !== undefined && isOwners(found, ranges))) return [];
    const reference = found?.valueFrom !== undefined;
    const before = found?.value ?? (reference ? 'a reference' : 'not set');
    return [
      {
        entry: { name, value, ...(reference && { valueFrom: null }) },
        change: `${name}: ${before} → ${value}`,
      },
    ];
  });
}

/**
 * A way of the owner's own to find the IPv6 address stays, unless it can only find one outside the nodes' range. What a new
 * pool would be given is of no consequence where there is one.
 */
function isOwners({ name, value = '' }: V1EnvVar, { nodesIpv6 }: DualStackRanges): boolean {
  if (value === '') return false;
  if (name === 'CALICO_IPV6POOL_NAT_OUTGOING') return true;
  if (name !== 'IP6_AUTODETECTION_METHOD') return false;
  if (!value.startsWith('cidr=')) return true;
  return value
    .slice('cidr='.length)
    .split(',')
    .some((range) => {
      const cidr = readCidr(range.trim(), 'IPv6');
      return cidr !== undefined && contains(cidr, nodesIpv6);
    });
}

function withoutChange({ name, env }: { name: string; env: readonly DifferingVariable[] }) {
  return { name, env: env.map(({ entry }) => entry) };
}

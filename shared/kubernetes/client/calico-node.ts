import { isDeepStrictEqual } from 'node:util';
import type { V1DaemonSet, V1EnvVar } from '@kubernetes/client-node';
import type { CalicoSettings } from '../cluster.ts';

const CONTAINER = 'calico-node';

/**
 * Pods read the ConfigMap only when they start, so each write of it must be followed by a rollout, also after a crash in
 * between. Hence this stamp, another one for each write: on the ConfigMap it says that this product wrote it, on the
 * DaemonSet's pod template for which write its pods were started. A ConfigMap without it was configured by somebody else,
 * who has rolled the pods too.
 */
export const CNI_WRITE = 'shoot-dualstack/cni-config-write';

/** What Gardener's chart sets for native routing with both families (gardener-core-flow.md §5.1). */
function dualStackEnv({ podsIpv6, nodesIpv6 }: CalicoSettings): Readonly<Record<string, string>> {
  return {
    IP6: 'autodetect',
    IP6_AUTODETECTION_METHOD: `cidr=${nodesIpv6}`,
    CALICO_IPV6POOL_CIDR: podsIpv6,
    CALICO_IPV6POOL_NAT_OUTGOING: 'false',
    CALICO_IPV6POOL_VXLAN: 'Never',
    CALICO_ROUTER_ID: 'hash',
    FELIX_IPV6SUPPORT: 'true',
    FELIX_IPINIPENABLED: 'false',
    // Host-local IPAM: routes and pools follow the Nodes' pod CIDRs.
    USE_POD_CIDR: 'true',
  };
}

/** The strategic merge patch that makes calico-node dual-stack; undefined when it is, and was rolled after this write of the CNI configuration. */
export function calicoNodePatch(
  { spec }: V1DaemonSet,
  settings: CalicoSettings,
  write: string | undefined,
): { readonly spec: object } | undefined {
  const template = spec?.template;
  const container = template?.spec?.containers.find(({ name }) => name === CONTAINER);
  const env = differingEnv(container?.env ?? [], dualStackEnv(settings));
  const started = template?.metadata?.annotations?.[CNI_WRITE];
  const rolls = write !== undefined && write !== started;
  if (env.length === 0 && !rolls) return undefined;
  return {
    spec: {
      template: {
        ...(rolls && { metadata: { annotations: { [CNI_WRITE]: write } } }),
        ...(env.length > 0 && { spec: { containers: [{ name: CONTAINER, env }] } }),
      },
    },
  };
}

/** Entries of a strategic merge: a value in the place of a reference needs the reference taken away. */
function differingEnv(
  present: readonly V1EnvVar[],
  wanted: Readonly<Record<string, string>>,
): readonly object[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const found = present.find((variable) => variable.name === name);
    if (found?.value === value) return [];
    return [{ name, value, ...(found?.valueFrom !== undefined && { valueFrom: null }) }];
  });
}

/** The fields of Calico's IPv6 pool that matter here, as Gardener's chart sets them. */
export function ipv6PoolSpec({ podsIpv6 }: CalicoSettings) {
  return {
    cidr: podsIpv6,
    blockSize: 122,
    ipipMode: 'Never',
    vxlanMode: 'Never',
    natOutgoing: false,
  };
}

/** The fields of `wanted` that `present` has otherwise. */
export function differingFields(
  present: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => !isDeepStrictEqual(present[field], value)),
  );
}

import { NETWORK_PLUGINS, networkPluginNamed } from './network-plugins.ts';
import type { Shoot } from './shoot.ts';

/** A shoot that cannot be migrated as it is, with the field that stands in the way. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Undefined when the shoot may pass. The preflight asks each of them again, of the shoot as it is by then. */
type Check = (shoot: Shoot) => Refusal | undefined;

/** The first reason why this shoot cannot become dual-stack, or undefined when nothing speaks against it. */
export function refusalOf(shoot: Shoot): Refusal | undefined {
  for (const check of ADMISSION) {
    const refusal = check(shoot);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** What can be said from the manifest alone. The list is the documentation. */
const ADMISSION: readonly Check[] = [
  // Routes and alias ranges are Compute Engine's; other providers have other ways.
  providerIsNotGcp,
  // How other network plugins become dual-stack is not known here.
  networkPluginIsUnknown,
  // Pods behind an overlay have no route that could become an alias range (provider-gcp PR 1185).
  overlayIsOn,
  overlayIsNotStated,
  // Calico's own IPAM hands out addresses regardless of the node's pod CIDR (networking-calico validation).
  ipamIsCalicosOwn,
];

export function providerIsNotGcp({ providerType }: Shoot): Refusal | undefined {
  if (providerType === 'gcp') return undefined;
  return refuse('ProviderNotSupported', `spec.provider.type: ${providerType} is not supported, expected gcp`);
}

export function networkPluginIsUnknown({ networkType }: Shoot): Refusal | undefined {
  if (networkPluginNamed(networkType) !== undefined) return undefined;
  return refuse(
    'NetworkPluginNotSupported',
    `spec.networking.type: ${networkType} is not supported, expected ${NETWORK_PLUGINS.join(' or ')}`,
  );
}

export function overlayIsOn({ overlay }: Shoot): Refusal | undefined {
  if (overlay !== 'on') return undefined;
  return refuse(
    'OverlayNotOff',
    'spec.networking.providerConfig.overlay.enabled: overlay must be set to false in conjunction with IPv6',
  );
}

export function overlayIsNotStated({ overlay }: Shoot): Refusal | undefined {
  if (overlay !== 'not stated') return undefined;
  return refuse(
    'OverlayNotOff',
    'spec.networking.ipFamilies: overlay must be set to false in conjunction with IPv6 ' +
      '(spec.networking.providerConfig.overlay.enabled is not stated, expected false)',
  );
}

export function ipamIsCalicosOwn({ ipam }: Shoot): Refusal | undefined {
  if (ipam !== 'calico-ipam') return undefined;
  return refuse(
    'CalicoIpam',
    'spec.networking.providerConfig.ipam.type: IPAM type "calico-ipam" is only supported for IPv4 single-stack ' +
      'shoots, use "host-local" instead',
  );
}

function refuse(reason: string, message: string): Refusal {
  return { reason, message };
}

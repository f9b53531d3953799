import {
  ipamIsCalicosOwn,
  networkPluginIsUnknown,
  overlayIsNotStated,
  overlayIsOn,
  providerIsNotGcp,
  type Refusal,
} from '../../../migration/admission.ts';
import { judgeFamiliesChange } from '../../../migration/families.ts';
import type { Reason } from '../reasons.ts';
import { block, type Check, type Judgement, ofShoot, pass, warn } from './check.ts';

export const shootIsUnderstood: Check = ({ facts }) =>
  facts.shoot !== undefined
    ? pass(`the manifest of ${facts.shoot.key} is understood`)
    : block(
        'ShootNotUnderstood',
        `The Shoot's manifest is not as expected: ${facts.shootProblems.slice(0, 5).join('; ')}.`,
        'Correct these fields of the Shoot.',
      );

/** Where the shoot lives was fixed when the migration started; all of it is immutable in Gardener. */
export const shootIsTheSame: Check = ofShoot((shoot, { facts: { target } }) => {
  const fields = ['region', 'network', 'technicalId', 'pods', 'services', 'networkType'] as const;
  const differing = fields.filter((field) => shoot[field] !== target[field]);
  if (differing.length === 0)
    return pass(`region, network and ranges are still those of ${target.technicalId}`);
  return block(
    'ShootChanged',
    `Since the migration was started, the Shoot changed: ${differing.map((field) => `${field} is ${shoot[field]}, was ${target[field]}`).join('; ')}.`,
    'Abort this migration and ask for dual-stack again.',
  );
});

export const familiesAskForDualStack: Check = ofShoot(({ families }) => {
  const stated = `spec.networking.ipFamilies is [${families.join(', ')}]`;
  const change = judgeFamiliesChange(['IPv4'], families);
  if (change.kind === 'to-dual-stack') return pass(stated);
  return block(
    'FamiliesNotDualStack',
    change.kind === 'refused' ? `${stated}. ${change.message}.` : `${stated}, so nothing asks for IPv6.`,
    'Set spec.networking.ipFamilies to [IPv4, IPv6], or abort this migration.',
  );
});

export const providerIsGcp: Check = ofShoot((shoot) =>
  admitted(
    providerIsNotGcp(shoot),
    'ProviderNotSupported',
    'spec.provider.type is gcp',
    'Nothing can be done from here: routes and alias IP ranges are Compute Engine’s.',
  ),
);

export const networkPluginIsKnown: Check = ofShoot((shoot) =>
  admitted(
    networkPluginIsUnknown(shoot),
    'NetworkPluginNotSupported',
    `spec.networking.type is ${shoot.networkType}`,
    'Nothing can be done from here: how other network plugins become dual-stack is not known to this product.',
  ),
);

export const overlayIsOff: Check = ofShoot((shoot) =>
  admitted(
    overlayIsOn(shoot) ?? overlayIsNotStated(shoot),
    'OverlayNotOff',
    'the overlay is off',
    'Set overlay.enabled to false and let Gardener reconcile the shoot, so that its nodes get routes, then ask for IPv6.',
  ),
);

export const ipamIsHostLocal: Check = ofShoot((shoot) =>
  admitted(
    ipamIsCalicosOwn(shoot),
    'CalicoIpam',
    'pods get their addresses from the pod CIDR of their node',
    'Change the IPAM type to host-local and roll the nodes.',
  ),
);

/** Before 1.31 the cloud-controller-manager cannot allocate both families (provider-gcp issue 999). */
const OLDEST_MINOR = 31;

export const kubernetesIsRecent: Check = ofShoot(({ kubernetesVersion }) => {
  if (kubernetesVersion === undefined) {
    return warn(
      'KubernetesVersionNotStated',
      `spec.kubernetes.version is not stated, 1.${OLDEST_MINOR} or later is needed.`,
      'Make sure that the cluster is not older.',
    );
  }
  const [, major, minor] = /^v?(\d+)\.(\d+)(\D|$)/.exec(kubernetesVersion) ?? [];
  const recent = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= OLDEST_MINOR);
  if (recent) return pass(`Kubernetes ${kubernetesVersion}`);
  return block(
    'KubernetesTooOld',
    `spec.kubernetes.version is ${kubernetesVersion}, expected 1.${OLDEST_MINOR} or later.`,
    'Update Kubernetes first.',
  );
});

export const shootIsAwake: Check = ofShoot(({ hibernated }) =>
  hibernated
    ? block(
        'Hibernated',
        'The cluster is hibernated: it has no nodes, and its API server does not answer.',
        'Wake it up (spec.hibernation.enabled: false) when its owner agrees; waking it is not done from here.',
      )
    : pass('the cluster is awake'),
);

function admitted(refusal: Refusal | undefined, reason: Reason, message: string, remedy: string): Judgement {
  return refusal === undefined ? pass(message) : block(reason, `${refusal.message}.`, remedy);
}

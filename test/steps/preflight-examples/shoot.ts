import { shoot } from '../preflight-scene.ts';
import { blocks, type Examples, type Facts, warns } from './example.ts';

/** Nothing of it can be looked at. */
export const hibernated: Facts = {
  shoot: shoot({ hibernated: true }),
  nodes: [],
  instances: [],
  routes: [],
  rights: undefined,
  networkPlugin: undefined,
  cloudControllerManager: undefined,
};

/** Of the checks in `checks/shoot.ts`. */
export const SHOOT = {
  'shoot-is-understood': {
    failing: [
      blocks('ShootNotUnderstood', /spec\.region: expected/, {
        shoot: undefined,
        shootProblems: ['spec.region: expected a label'],
      }),
    ],
  },
  'shoot-is-the-same': {
    failing: [
      blocks('ShootChanged', /region is us-east1, was europe-west1/, {
        shoot: shoot({ region: 'us-east1' }),
      }),
    ],
  },
  'families-ask-for-dual-stack': {
    failing: [
      blocks('FamiliesNotDualStack', /\[IPv4\], so nothing asks/, { shoot: shoot({ families: ['IPv4'] }) }),
      blocks('FamiliesNotDualStack', /unsupported IP family update/, {
        shoot: shoot({ families: ['IPv6'] }),
      }),
    ],
  },
  'provider-is-gcp': {
    failing: [
      blocks('ProviderNotSupported', /aws is not supported/, { shoot: shoot({ providerType: 'aws' }) }),
    ],
  },
  'network-plugin-is-known': {
    passing: { shoot: shoot({ networkType: 'cilium' }) },
    failing: [
      blocks('NetworkPluginNotSupported', /weave is not supported, expected calico or cilium/, {
        shoot: shoot({ networkType: 'weave' }),
      }),
    ],
  },
  'overlay-is-off': {
    failing: [
      blocks('OverlayNotOff', /overlay must be set to false/, { shoot: shoot({ overlay: 'on' }) }),
      blocks('OverlayNotOff', /is not stated/, { shoot: shoot({ overlay: 'not stated' }) }),
    ],
  },
  'ipam-is-host-local': {
    passing: { shoot: shoot({ ipam: 'host-local' }) },
    failing: [blocks('CalicoIpam', /calico-ipam/, { shoot: shoot({ ipam: 'calico-ipam' }) })],
  },
  'kubernetes-is-recent': {
    passing: { shoot: shoot({ kubernetesVersion: '1.31.0' }) },
    failing: [
      blocks('KubernetesTooOld', /is 1\.30\.9, expected 1\.31/, {
        shoot: shoot({ kubernetesVersion: '1.30.9' }),
      }),
      blocks('KubernetesTooOld', /is 1\.4, expected/, { shoot: shoot({ kubernetesVersion: '1.4' }) }),
      blocks('KubernetesTooOld', /is latest, expected/, { shoot: shoot({ kubernetesVersion: 'latest' }) }),
      warns('KubernetesVersionNotStated', /not stated/, { shoot: shoot({ kubernetesVersion: undefined }) }),
    ],
  },
  'shoot-is-awake': { failing: [blocks('Hibernated', /hibernated/, hibernated)] },
} as const satisfies Readonly<Record<string, Examples>>;

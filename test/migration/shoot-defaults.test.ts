import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { refusalOf } from '../../shared/migration/admission.ts';
import { parseShoot } from '../../shared/migration/shoot.ts';
import { type Change, changed, GONE, manifest } from '../support/shoot-manifest.ts';

function shootWith(...changes: readonly Change[]) {
  return parseShoot(changed(manifest(), ...changes));
}

describe('the overlay counts as off only when it says so', () => {
  test.each<[text: string, read: string]>([
    ['overlay: {enabled: false}', 'off'],
    ['overlay: {enabled: False}', 'off'],
    ['overlay: {enabled: true}', 'on'],
    ['overlay: {}', 'not stated'],
    ['overlay:', 'not stated'],
    ['overlay: {enabled: }', 'not stated'],
    ['overlay: {enabled: "false"}', 'not stated'],
    ['overlay: {enabled: "true"}', 'not stated'],
    // The booleans of YAML 1.1, which Gardener's own parser knows no more than ours.
    ['overlay: {enabled: no}', 'not stated'],
    ['overlay: {enabled: off}', 'not stated'],
    ['overlay: {enabled: 0}', 'not stated'],
    ['overlay: {enabled: null}', 'not stated'],
    ['overlay: {enabled: [false]}', 'not stated'],
    ['overlay: {Enabled: false}', 'not stated'],
    ['overlay: false', 'not stated'],
    ['overlay: [{enabled: false}]', 'not stated'],
    ['kind: NetworkConfig', 'not stated'],
  ])('%s: %s', (text, read) => {
    expect(shootWith(['spec.networking.providerConfig', parseYaml(text)]).overlay).toBe(read);
  });

  test('without any provider configuration it is not stated', () => {
    expect(shootWith(['spec.networking.providerConfig', GONE]).overlay).toBe('not stated');
  });
});

describe('what may be absent has Gardener’s default', () => {
  test.each<[string, Change[], object]>([
    ['families', [['spec.networking.ipFamilies', GONE]], { families: ['IPv4'] }],
    ['families of an empty list', [['spec.networking.ipFamilies', []]], { families: ['IPv4'] }],
    [
      'the technical ID',
      [['status', GONE]],
      { technicalId: 'shoot--core--api', network: 'shoot--core--api' },
    ],
    [
      'the technical ID in a namespace without garden-',
      [
        ['status', GONE],
        ['metadata.namespace', 'garden'],
      ],
      { technicalId: 'shoot--garden--api', key: 'garden/api' },
    ],
    [
      'the VPC’s name is the technical ID of the status',
      [['status.technicalID', 'shoot--core--other']],
      { technicalId: 'shoot--core--other', network: 'shoot--core--other' },
    ],
    [
      'an owner’s VPC',
      [['spec.provider.infrastructureConfig.networks.vpc', { name: 'corporate' }]],
      { network: 'corporate', technicalId: 'shoot--core--api' },
    ],
    [
      'the infrastructure’s configuration',
      [['spec.provider.infrastructureConfig', GONE]],
      { network: 'shoot--core--api' },
    ],
    ['the maintenance', [['spec.maintenance', GONE]], { maintenanceWindow: undefined }],
    ['the window', [['spec.maintenance.timeWindow', GONE]], { maintenanceWindow: undefined }],
  ])('%s', (_what, changes, expected) => {
    expect(shootWith(...changes)).toMatchObject(expected);
  });

  test('the order of two families is kept', () => {
    expect(shootWith(['spec.networking.ipFamilies', ['IPv6', 'IPv4']]).families).toEqual(['IPv6', 'IPv4']);
  });

  test('what else the manifest holds is of no importance', () => {
    const more = changed(manifest(), ['spec.purpose', 'evaluation'], ['metadata.annotations', { a: 'b' }]);
    expect(parseShoot(more)).toEqual(parseShoot(manifest()));
  });
});

describe('admission', () => {
  test('finds nothing against the example shoot', () => {
    expect(refusalOf(shootWith())).toBeUndefined();
  });

  test.each<[what: string, change: Change, reason: string, message: string]>([
    [
      'overlay on',
      ['spec.networking.providerConfig.overlay', { enabled: true }],
      'OverlayNotOff',
      'spec.networking.providerConfig.overlay.enabled: overlay must be set to false in conjunction with IPv6',
    ],
    [
      'overlay {}',
      ['spec.networking.providerConfig.overlay', {}],
      'OverlayNotOff',
      'spec.networking.ipFamilies: overlay must be set to false in conjunction with IPv6',
    ],
    [
      'overlay absent',
      ['spec.networking.providerConfig.overlay', GONE],
      'OverlayNotOff',
      'spec.networking.ipFamilies: overlay must be set to false in conjunction with IPv6',
    ],
    [
      'no provider configuration',
      ['spec.networking.providerConfig', GONE],
      'OverlayNotOff',
      'spec.networking.ipFamilies: overlay must be set to false in conjunction with IPv6',
    ],
    [
      'overlay "false"',
      ['spec.networking.providerConfig.overlay', { enabled: 'false' }],
      'OverlayNotOff',
      'spec.networking.ipFamilies: overlay must be set to false in conjunction with IPv6',
    ],
    [
      'Calico’s own IPAM',
      ['spec.networking.providerConfig.ipam', { type: 'calico-ipam' }],
      'CalicoIpam',
      'spec.networking.providerConfig.ipam.type: IPAM type "calico-ipam" is only supported for IPv4 single-stack shoots, use "host-local" instead',
    ],
    [
      'another provider',
      ['spec.provider.type', 'aws'],
      'ProviderNotSupported',
      'spec.provider.type: aws is not supported, expected gcp',
    ],
    [
      'another network plugin',
      ['spec.networking.type', 'weave'],
      'NetworkPluginNotSupported',
      'spec.networking.type: weave is not supported, expected calico or cilium',
    ],
  ])('%s is refused with Gardener’s reason', (_what, change, reason, message) => {
    const refusal = refusalOf(shootWith(change));
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.message.startsWith(message)).toBe(true);
  });

  test('Cilium is taken, with the overlay off only', () => {
    const type: Change = ['spec.networking.type', 'cilium'];
    expect(refusalOf(shootWith(type))).toBeUndefined();
    const tunnelling = shootWith(type, ['spec.networking.providerConfig.overlay', GONE]);
    expect(refusalOf(tunnelling)?.reason).toBe('OverlayNotOff');
  });

  test('host-local IPAM is taken', () => {
    expect(
      refusalOf(shootWith(['spec.networking.providerConfig.ipam', { type: 'host-local' }])),
    ).toBeUndefined();
  });
});

test.each([
  'spec.networking.ipFamilies',
  'spec.networking.providerConfig',
  'spec.maintenance',
  'spec.maintenance.timeWindow',
  'spec.provider.infrastructureConfig',
  'status',
])('as in Kubernetes null is the same as absent: %s', (path) => {
  expect(shootWith([path, null])).toEqual(shootWith([path, GONE]));
});

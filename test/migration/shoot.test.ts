import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidShoot, parseShoot } from '../../shared/migration/shoot.ts';
import { type Change, changed, GONE, manifest } from '../support/shoot-manifest.ts';

function problemsOf(shoot: unknown): readonly string[] {
  try {
    parseShoot(shoot);
    return [];
  } catch (error) {
    if (error instanceof InvalidShoot) return error.problems;
    throw error;
  }
}

function shootWith(...changes: readonly Change[]) {
  return parseShoot(changed(manifest(), ...changes));
}

test('a shoot is read as it stands in its manifest', () => {
  expect(parseShoot(manifest())).toEqual({
    namespace: 'garden-core',
    name: 'api',
    key: 'garden-core/api',
    uid: '0f7c3b0e-5f5e-4d52-9a53-3c1e6b8f2a10',
    technicalId: 'shoot--core--api',
    providerType: 'gcp',
    region: 'europe-west1',
    networkType: 'calico',
    network: 'shoot--core--api',
    families: ['IPv4', 'IPv6'],
    nodes: '10.250.0.0/16',
    pods: '100.96.0.0/11',
    services: '100.64.0.0/13',
    overlay: 'off',
    ipam: undefined,
    kubernetesVersion: undefined,
    hibernated: false,
    nodeMaskSize: 24,
    workers: [],
    maintenanceWindow: { begin: 22 * 3600, end: 2 * 3600 },
  });
});

describe('bad input is refused with the field named', () => {
  test.each<[what: string, changes: Change[], problem: RegExp]>([
    ['without networking', [['spec.networking', GONE]], /^spec\.networking: .*expected object/],
    ['with networking null', [['spec.networking', null]], /^spec\.networking: .*expected object/],
    ['with networking a list', [['spec.networking', []]], /^spec\.networking: .*expected object/],
    ['without spec', [['spec', GONE]], /^spec: .*expected object/],
    ['without metadata', [['metadata', GONE]], /^metadata: .*expected object/],
    ['without uid', [['metadata.uid', GONE]], /^metadata\.uid: .*expected string/],
    ['with an empty uid', [['metadata.uid', '']], /^metadata\.uid: expected a UID/],
    ['with a uid that is a path', [['metadata.uid', '../../x']], /^metadata\.uid: expected a UID/],
    ['with a uid of dunder', [['metadata.uid', '__proto__']], /^metadata\.uid: expected a UID/],
    ['without name', [['metadata.name', GONE]], /^metadata\.name: .*expected string/],
    ['with a name in capitals', [['metadata.name', 'API']], /^metadata\.name: expected a DNS label/],
    ['with a name with a slash', [['metadata.name', 'a/b']], /^metadata\.name: expected a DNS label/],
    [
      'with a line break after its name',
      [['metadata.name', 'api\n']],
      /^metadata\.name: expected a DNS label/,
    ],
    [
      'with a name that is too long',
      [['metadata.name', 'a'.repeat(64)]],
      /^metadata\.name: expected a DNS label/,
    ],
    ['with a number as namespace', [['metadata.namespace', 7]], /^metadata\.namespace: .*expected string/],
    ['of another kind', [['kind', 'Seed']], /^kind: expected kind Shoot/],
    ['without kind', [['kind', GONE]], /^kind: expected kind Shoot/],
    ['without pods', [['spec.networking.pods', GONE]], /^spec\.networking\.pods: .*expected string/],
    ['without nodes', [['spec.networking.nodes', GONE]], /^spec\.networking\.nodes: .*expected string/],
    [
      'without services',
      [['spec.networking.services', GONE]],
      /^spec\.networking\.services: .*expected string/,
    ],
    [
      'with host bits in the pods',
      [['spec.networking.pods', '100.96.0.1/11']],
      /^spec\.networking\.pods: "100\.96\.0\.1\/11" is not a canonical IPv4 CIDR; 100\.96\.0\.0\/11 would be$/,
    ],
    [
      'with IPv6 nodes',
      [['spec.networking.nodes', '2001:db8::/64']],
      /^spec\.networking\.nodes: .*canonical IPv4 CIDR/,
    ],
    [
      'with services as a list',
      [['spec.networking.services', ['100.64.0.0/13']]],
      /^spec\.networking\.services: .*expected string/,
    ],
    [
      'with pods and services overlapping',
      [['spec.networking.services', '100.96.0.0/13']],
      /^spec\.networking\.pods: 100\.96\.0\.0\/11 overlaps spec\.networking\.services 100\.96\.0\.0\/13, expected disjoint ranges$/,
    ],
    [
      'with the nodes within the pods',
      [['spec.networking.nodes', '100.100.0.0/16']],
      /^spec\.networking\.pods: .* overlaps spec\.networking\.nodes 100\.100\.0\.0\/16/,
    ],
    [
      'with services equal to the nodes',
      [['spec.networking.services', '10.250.0.0/16']],
      /^spec\.networking\.services: .* overlaps spec\.networking\.nodes/,
    ],
    [
      'with a family twice',
      [['spec.networking.ipFamilies', ['IPv4', 'IPv4']]],
      /^spec\.networking\.ipFamilies: expected no family twice/,
    ],
    [
      'with an unknown family',
      [['spec.networking.ipFamilies', ['IPv4', 'IPv5']]],
      /^spec\.networking\.ipFamilies\.1: expected "IPv4" or "IPv6"/,
    ],
    [
      'with a family in small letters',
      [['spec.networking.ipFamilies', ['ipv4']]],
      /^spec\.networking\.ipFamilies\.0: expected "IPv4" or "IPv6"/,
    ],
    [
      'with one family as a text',
      [['spec.networking.ipFamilies', 'IPv4']],
      /^spec\.networking\.ipFamilies: .*expected array/,
    ],
    [
      'without network plugin',
      [['spec.networking.type', GONE]],
      /^spec\.networking\.type: .*expected string/,
    ],
    ['without region', [['spec.region', GONE]], /^spec\.region: .*expected string/],
    ['without provider', [['spec.provider', GONE]], /^spec\.provider: .*expected object/],
    ['with a number as provider', [['spec.provider.type', 1]], /^spec\.provider\.type: .*expected string/],
    [
      'with a window without end',
      [['spec.maintenance.timeWindow.end', GONE]],
      /^spec\.maintenance\.timeWindow\.end: .*expected string/,
    ],
    [
      'with a window’s begin in another format',
      [['spec.maintenance.timeWindow.begin', '22:00']],
      /^spec\.maintenance\.timeWindow\.begin: "22:00" is not HHMMSS±ZZZZ/,
    ],
    [
      'with a window’s end in another format',
      [['spec.maintenance.timeWindow.end', '']],
      /^spec\.maintenance\.timeWindow\.end: "" is not HHMMSS±ZZZZ/,
    ],
    [
      'with a window of no length',
      [['spec.maintenance.timeWindow.end', '220000+0000']],
      /^spec\.maintenance\.timeWindow: lasts 1440 minutes .*expected 30 minutes to 6 hours/,
    ],
    [
      'with a technical ID in capitals',
      [['status.technicalID', 'Shoot']],
      /^status\.technicalID: expected a DNS label/,
    ],
    [
      'with a VPC name that is a URL',
      [['spec.provider.infrastructureConfig.networks.vpc', { name: 'projects/x/global/networks/y' }]],
      /^spec\.provider\.infrastructureConfig\.networks\.vpc\.name: expected a DNS label/,
    ],
  ])('a manifest %s', (_what, changes, problem) => {
    const problems = problemsOf(changed(manifest(), ...changes));
    expect(problems[0]).toMatch(problem);
    expect(new Set(problems.map((each) => each.split(':')[0])).size).toBe(1);
  });

  test('every problem is named, not only the first', () => {
    const shoot = changed(
      manifest(),
      ['metadata.uid', GONE],
      ['spec.networking.pods', 'x'],
      ['spec.region', 4],
    );
    expect(
      problemsOf(shoot)
        .map((problem) => problem.split(':')[0])
        .sort(),
    ).toEqual(['metadata.uid', 'spec.networking.pods', 'spec.region']);
  });

  test('three ranges that are all the same are three problems', () => {
    const same: Change[] = ['nodes', 'pods', 'services'].map((name) => [
      `spec.networking.${name}`,
      '10.0.0.0/8',
    ]);
    expect(problemsOf(changed(manifest(), ...same))).toHaveLength(3);
  });

  test.each([[null], [undefined], ['Shoot'], [7], [[]], [true]])('%j is no manifest', (nothing) => {
    expect(problemsOf(nothing)[0]).toMatch(/^\(whole\): .*expected object/);
  });

  test('whatever stands in one field, only InvalidShoot is thrown', () => {
    const paths = fc.constantFrom(
      'kind',
      'metadata',
      'metadata.name',
      'metadata.uid',
      'spec',
      'spec.region',
      'spec.networking',
      'spec.networking.type',
      'spec.networking.ipFamilies',
      'spec.networking.pods',
      'spec.networking.providerConfig',
      'spec.networking.providerConfig.overlay',
      'spec.networking.providerConfig.ipam',
      'spec.kubernetes',
      'spec.hibernation',
      'spec.maintenance',
      'spec.maintenance.timeWindow',
      'spec.maintenance.timeWindow.begin',
      'spec.provider',
      'spec.provider.workers',
      'status',
      'status.technicalID',
    );
    fc.assert(
      fc.property(paths, fc.jsonValue(), (path, value) => {
        const shoot = changed(manifest(), [path, value]);
        for (const problem of problemsOf(shoot)) expect(problem).toMatch(/^[^:]+: ./);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile keys', () => {
  test('neither become a prototype nor pass for a field', () => {
    const text = JSON.stringify(
      changed(manifest(), ['spec.networking.providerConfig.overlay', GONE]),
    ).replace('"providerConfig":{', '"providerConfig":{"__proto__":{"overlay":{"enabled":false}},');
    expect(text).toContain('__proto__');
    expect(parseShoot(JSON.parse(text)).overlay).toBe('not stated');
    expect(({} as { overlay?: unknown }).overlay).toBeUndefined();
  });

  test('in an overlay do not switch it off', () => {
    const overlay: unknown = JSON.parse('{"__proto__":{"enabled":false},"constructor":{"enabled":false}}');
    expect(shootWith(['spec.networking.providerConfig.overlay', overlay]).overlay).toBe('not stated');
  });

  test('in place of required fields are no substitute for them', () => {
    const shoot: unknown = JSON.parse(
      '{"__proto__":{"kind":"Shoot"},"metadata":{"__proto__":{"name":"api"}}}',
    );
    const problems = problemsOf(shoot).map((problem) => problem.split(':')[0]);
    expect(problems).toEqual(expect.arrayContaining(['kind', 'metadata.name']));
  });
});

test('texts of which Gardener does not say how long they may be are bounded', () => {
  const long = 'x'.repeat(101);
  const shoot = changed(
    manifest(),
    ['spec.kubernetes.version', long],
    ['spec.networking.providerConfig.ipam.type', long],
  );
  expect(problemsOf(shoot)).toEqual([
    'spec.networking.providerConfig.ipam.type: expected at most 100 characters',
    'spec.kubernetes.version: expected at most 100 characters',
  ]);
});

import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../shared/runtime/settings.ts';

const PROJECT = { GOOGLE_CLOUD_PROJECT: 'p-1' };

/** A certificate that lost its end on the way. */
const CUT = `${rootCertificates[0]?.slice(0, 300)}\n-----END CERTIFICATE-----`;

test('certificates of the garden are taken in PEM, and that in base64', () => {
  const [one = '', other = ''] = rootCertificates;
  const both = `\n${one}\n${other}\n`;
  for (const GARDEN_CA of [one, both, Buffer.from(both).toString('base64')]) {
    expect(readSettings({ ...PROJECT, GARDEN_URL: 'https://g', GARDEN_CA }).GARDEN_CA).toBe(GARDEN_CA);
  }
});

test('what Terraform sets is taken', () => {
  const ofShoots = 'projects/p/secrets/shoot-dualstack-shoot-{namespace}_{name}';
  const ofSeeds = 'projects/p/secrets/shoot-dualstack-seed-{seed}';
  const env = { SHOOT_KUBECONFIG_SECRET: ofShoots, SEED_KUBECONFIG_SECRET: ofSeeds };
  expect(readSettings({ ...PROJECT, ...env })).toMatchObject(env);
});

describe('settings that contradict each other are refused, and named', () => {
  const secret = 'projects/p-1/secrets/s';
  test.each<[env: NodeJS.ProcessEnv, says: RegExp]>([
    [
      { SHOOT_KUBECONFIG: 'f', SHOOT_KUBECONFIG_SECRET: secret },
      /SHOOT_KUBECONFIG: .*SHOOT_KUBECONFIG_SECRET/,
    ],
    [{ GARDEN_KUBECONFIG: 'f', GARDEN_URL: 'https://g' }, /GARDEN_KUBECONFIG: .*GARDEN_URL/],
    [{ GARDEN_KUBECONFIG_SECRET: secret, GARDEN_URL: 'https://g' }, /GARDEN_KUBECONFIG_SECRET: .*GARDEN_URL/],
    [{ SEED_KUBECONFIG: 'f', SEED_KUBECONFIG_SECRET: secret }, /SEED_KUBECONFIG: .*SEED_KUBECONFIG_SECRET/],
    [{ GARDEN_AUDIENCE: 'a', GARDEN_KUBECONFIG: 'f' }, /GARDEN_AUDIENCE: .*GARDEN_URL/],
    [{ GARDEN_CA: rootCertificates[0] }, /GARDEN_CA: .*GARDEN_URL/],
    [{ PLAN_ACCESS: 'admin', SHOOT_KUBECONFIG: 'f' }, /PLAN_ACCESS: .*SHOOT_KUBECONFIG/],
    [{ PLAN_ACCESS: 'viewer', SHOOT_KUBECONFIG_SECRET: secret }, /PLAN_ACCESS: .*SHOOT_KUBECONFIG_SECRET/],
    [{ GARDEN_URL: 'ftp://garden' }, /GARDEN_URL: /],
    [{ GARDEN_URL: 'no address' }, /GARDEN_URL: /],
    [{ GARDEN_URL: 'http://garden.example.org' }, /GARDEN_URL: .*https/],
    [{ GARDEN_URL: 'https://user:word@garden.example.org' }, /GARDEN_URL: .*without user/],
    [{ GARDEN_URL: 'https://garden.example.org/?a=b' }, /GARDEN_URL: .*query/],
    [{ GARDEN_URL: 'https://g', GARDEN_AUDIENCE: 'a&b' }, /GARDEN_AUDIENCE: /],
    [{ GARDEN_URL: 'https://g', GARDEN_CA: 'certificate' }, /GARDEN_CA: .*certificates in PEM/],
    [{ GARDEN_URL: 'https://g', GARDEN_CA: CUT }, /GARDEN_CA: .*certificates in PEM/],
    [{ GARDEN_URL: 'https://g', GARDEN_CA: `${rootCertificates[0]}\n${CUT}` }, /GARDEN_CA: .*certificates/],
    [{ GARDEN_KUBECONFIG: '/etc/{name}' }, /GARDEN_KUBECONFIG: .*no placeholder/],
    [{ SHOOT_KUBECONFIG: '/etc/{shoot}' }, /SHOOT_KUBECONFIG: .*\{namespace\}, \{name\}/],
    [
      { SHOOT_KUBECONFIG_SECRET: 'projects/p/secrets/{seed}' },
      /SHOOT_KUBECONFIG_SECRET: .*no placeholder but/,
    ],
    // The Shoots a-b/c and a/b-c would be one.
    [
      { SHOOT_KUBECONFIG_SECRET: 'projects/p/secrets/{namespace}-{name}' },
      /SHOOT_KUBECONFIG_SECRET: .*share/,
    ],
    [{ SEED_KUBECONFIG: '/etc/{namespace}{name}/{seed}' }, /SEED_KUBECONFIG: .*share/],
    [{ SHOOT_KUBECONFIG_SECRET: 'my-secret' }, /SHOOT_KUBECONFIG_SECRET: .*projects\//],
    [{ SEED_KUBECONFIG_SECRET: `${secret}/versions/1/x` }, /SEED_KUBECONFIG_SECRET: /],
    [{ PLAN_ACCESS: 'nobody' }, /PLAN_ACCESS: /],
  ])('%j', (env, says) => {
    expect(() => readSettings({ ...PROJECT, ...env })).toThrow(says);
  });
});

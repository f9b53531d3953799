import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../shared/engine/engine.ts';
import { limitsOf, readSettings } from '../../shared/runtime/settings.ts';

const LEAST = { GOOGLE_CLOUD_PROJECT: 'example-project' };

test('a project is all that a function must be told', () => {
  const settings = readSettings(LEAST);
  expect(settings).toEqual({
    GOOGLE_CLOUD_PROJECT: 'example-project',
    PROBE_IMAGE: expect.stringContaining('busybox'),
    LOG_LEVEL: 'info',
    LEASE_SECONDS: DEFAULT_LIMITS.leaseSeconds,
    RUN_SECONDS: DEFAULT_LIMITS.runSeconds,
    WATCH_NAMESPACES: { namespaces: 'all', projects: new Map() },
    WRITE_STATUS_CONSTRAINTS: false,
  });
  expect(limitsOf(settings)).toEqual(DEFAULT_LIMITS);
});

test('a longer run has its hard end later by as much', () => {
  const limits = limitsOf(readSettings({ ...LEAST, RUN_SECONDS: '240', LEASE_SECONDS: '60' }));
  expect(limits.runSeconds).toBe(240);
  expect(limits.leaseSeconds).toBe(60);
  expect(limits.runHardSeconds - limits.runSeconds).toBe(
    DEFAULT_LIMITS.runHardSeconds - DEFAULT_LIMITS.runSeconds,
  );
});

test('by default a run ends well inside the function’s time-out of 540 s', () => {
  expect(DEFAULT_LIMITS.runHardSeconds).toBeLessThan(400);
});

describe('what is missing or wrong is named', () => {
  test.each<[env: NodeJS.ProcessEnv, variable: string]>([
    [{}, 'GOOGLE_CLOUD_PROJECT'],
    [{ GOOGLE_CLOUD_PROJECT: '' }, 'GOOGLE_CLOUD_PROJECT'],
    [{ ...LEAST, COMPUTE_ENDPOINT: 'localhost' }, 'COMPUTE_ENDPOINT'],
    [{ ...LEAST, LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ ...LEAST, LEASE_SECONDS: '0' }, 'LEASE_SECONDS'],
    [{ ...LEAST, LEASE_SECONDS: '-1' }, 'LEASE_SECONDS'],
    [{ ...LEAST, LEASE_SECONDS: '' }, 'LEASE_SECONDS'],
    [{ ...LEAST, RUN_SECONDS: 'soon' }, 'RUN_SECONDS'],
    [{ ...LEAST, RUN_SECONDS: 'Infinity' }, 'RUN_SECONDS'],
    [{ ...LEAST, SHOOT_KUBECONFIG: '' }, 'SHOOT_KUBECONFIG'],
  ])('%j: %s', (env, variable) => {
    expect(() => readSettings(env)).toThrow(
      new RegExp(`^the environment is not as it should be: ${variable}: `),
    );
  });

  test('all of it at once', () => {
    expect(() => readSettings({ LOG_LEVEL: 'loud', RUN_SECONDS: 'x' })).toThrow(
      /GOOGLE_CLOUD_PROJECT: .*; LOG_LEVEL: .*; RUN_SECONDS: /,
    );
  });
});

describe('a variable that is longer than anything of its kind is refused with the bound', () => {
  const long = 'x'.repeat(40_000);
  test.each([
    ['GOOGLE_CLOUD_PROJECT', long, 500],
    ['SHOOT_KUBECONFIG', `/${long}`, 4_096],
    ['GARDEN_KUBECONFIG', `/${long}`, 4_096],
    ['SEED_KUBECONFIG', `/${long}`, 4_096],
    ['SHOOT_KUBECONFIG_SECRET', `projects/p/secrets/${long}`, 500],
    ['GARDEN_KUBECONFIG_SECRET', `projects/p/secrets/${long}`, 500],
    ['SEED_KUBECONFIG_SECRET', `projects/p/secrets/${long}`, 500],
    ['GARDEN_URL', `https://example.org/${long}`, 2_048],
    ['COMPUTE_ENDPOINT', `https://example.org/${long}`, 2_048],
    ['GARDEN_CA', `-----BEGIN CERTIFICATE-----${long}`, 32_768],
    ['WATCH_NAMESPACES', 'garden-core,'.repeat(4_000), 32_768],
    ['PROBE_IMAGE', `example.org/${long}`, 500],
  ])('%s', (name, value, most) => {
    const besides = name === 'GARDEN_CA' ? { GARDEN_URL: 'https://api.example.org' } : {};
    const read = () => readSettings({ ...LEAST, ...besides, [name]: value });
    expect(read).toThrow(
      `the environment is not as it should be: ${name}: expected at most ${most} characters`,
    );
  });
});

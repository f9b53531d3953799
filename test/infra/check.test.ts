import { describe, expect, test, vi } from 'vitest';
import { compareEnvironment } from '../../infra/gcp/check/compare/environment.ts';
import { compare } from '../../infra/gcp/check/compare/index.ts';
import { readConfiguration } from '../../infra/gcp/check/configuration/resources.ts';
import { SETTING_NAMES } from '../../shared/runtime/settings.ts';
import { IN_FUNCTIONS } from './differences-in-functions.ts';
import { IN_RIGHTS_AND_STORE } from './differences-in-rights.ts';
import { CONFIGURATION, ROOT, withPlanted } from './planted.ts';

// The whole configuration is parsed and evaluated every time.
vi.setConfig({ testTimeout: 120_000 });

test('the configuration deploys what the code is, no more and no less', async () => {
  expect(await compare(ROOT, CONFIGURATION)).toEqual([]);
});

test('a setting that is new in the code is one that nobody is given yet, also before it is typechecked', async () => {
  const configuration = await readConfiguration(CONFIGURATION);
  expect(compareEnvironment({ configuration })).toEqual([]);
  const found = compareEnvironment({ configuration }, [...SETTING_NAMES, 'NEW_SETTING']);
  expect(found).toEqual([expect.objectContaining({ check: 'environment', subject: 'NEW_SETTING' })]);
});

describe('the check finds', () => {
  test.each([...IN_FUNCTIONS, ...IN_RIGHTS_AND_STORE])('$what', async ({ check, about, ...planted }) => {
    const findings = await withPlanted(planted, (folder) => compare(ROOT, folder));
    const found = findings.map(({ check: by, subject }) => `${by}: ${subject}`);
    expect(found).toContain(`${check}: ${about}`);
  });
});

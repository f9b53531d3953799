import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { isPermissive } from '../../infra/gcp/bundle/licences.ts';
import { productionPackages, withoutKnownLicence } from '../../infra/gcp/dependencies/production-packages.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project with these packages locked, and those of them installed that have a manifest. */
function projectWith(packages: Record<string, { locked: object; manifest?: object }>): string {
  const root = mkdtempSync(join(tmpdir(), 'shoot-dualstack-licences-'));
  folders.push(root);
  const entries = Object.entries(packages);
  const locked = Object.fromEntries(entries.map(([path, each]) => [path, each.locked]));
  const lock = { lockfileVersion: 3, packages: { '': { name: 'project' }, ...locked } };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  for (const [path, { manifest }] of entries) {
    if (manifest === undefined) continue;
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), JSON.stringify(manifest));
  }
  return root;
}

test('each package that functions run with may be passed on', () => {
  const packages = productionPackages(ROOT);
  const names = packages.map(({ name }) => name);
  // Direct ones, and some that only others ask for.
  expect(names).toEqual(
    expect.arrayContaining(['@kubernetes/client-node', 'pino', 'zod', 'undici', 'protobufjs', 'express']),
  );
  expect(names).not.toContain('vitest');
  expect(withoutKnownLicence(packages)).toEqual([]);
});

test('a package counts however deep it lies, and every version of it; those for development do not', () => {
  const root = projectWith({
    'node_modules/a': {
      locked: { version: '1.0.0' },
      manifest: { name: 'a', version: '1.0.0', license: 'MIT' },
    },
    'node_modules/a/node_modules/@x/b': {
      locked: { version: '2.0.0' },
      manifest: { name: '@x/b', version: '2.0.0', licenses: [{ type: 'Apache-2.0' }] },
    },
    'node_modules/@x/b': {
      locked: { version: '1.0.0' },
      manifest: { name: '@x/b', version: '1.0.0', license: { type: 'GPL-3.0-only' } },
    },
    'node_modules/for-another-system': { locked: { version: '3.0.0', license: 'ISC', optional: true } },
    'node_modules/tool': { locked: { version: '1.0.0', license: 'UNLICENSED', dev: true } },
  });
  const packages = productionPackages(root);
  expect(packages).toEqual([
    { name: '@x/b', version: '1.0.0', licence: 'GPL-3.0-only' },
    { name: '@x/b', version: '2.0.0', licence: 'Apache-2.0' },
    { name: 'a', version: '1.0.0', licence: 'MIT' },
    { name: 'for-another-system', version: '3.0.0', licence: 'ISC' },
  ]);
  expect(withoutKnownLicence(packages).map(({ version }) => version)).toEqual(['1.0.0']);
});

test('a package that states no licence is none that is known to be permissive', () => {
  const manifest = { name: 'silent', version: '1.0.0' };
  const root = projectWith({ 'node_modules/silent': { locked: { version: '1.0.0' }, manifest } });
  expect(withoutKnownLicence(productionPackages(root))).toHaveLength(1);
});

test('the licence of another version than the locked one says nothing', () => {
  const manifest = { name: 'a', version: '2.0.0', license: 'MIT' };
  const root = projectWith({ 'node_modules/a': { locked: { version: '1.0.0' }, manifest } });
  expect(() => productionPackages(root)).toThrow('version 2.0.0 is installed, 1.0.0 is locked: run npm ci');
});

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND ISC', true],
  ['(MIT AND GPL-3.0-only)', false],
  ['AGPL-3.0-only OR SSPL-1.0', false],
  ['(MIT OR ISC) AND GPL-3.0-only', false],
  ['SEE LICENSE IN LICENSE.txt', false],
  ['UNLICENSED', false],
  ['', false],
])('%j: %s', (expression, permissive) => {
  expect(isPermissive(expression)).toBe(permissive);
});

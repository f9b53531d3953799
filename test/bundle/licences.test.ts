import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { thirdPartyLicences } from '../../infra/gcp/bundle/licences.ts';
import { type BundledPackage, packagesOf } from '../../infra/gcp/bundle/packages.ts';
import { ROOT, temporaryFolder } from './installed.ts';

const below = temporaryFolder();

afterEach(() => rmSync(below, { recursive: true, force: true }));

const GRANT = 'Permission is hereby granted, free of charge, to any person obtaining a copy';

function packageWith(
  name: string,
  license: string | undefined,
  files: Record<string, string>,
): BundledPackage {
  const folder = join(below, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return { name, version: '1.0.0', license, author: undefined, folder };
}

test('each package is named with its licence, and a text that several have in common stands once', () => {
  const text = thirdPartyLicences([
    packageWith('a', 'MIT', { LICENSE: `Copyright A\n${GRANT}` }),
    packageWith('b', 'MIT', { 'LICENSE.md': `Copyright  A\n\n${GRANT}\n` }),
    packageWith('c', 'MIT', { licence: `Copyright C\n${GRANT}`, NOTICE: 'c has parts of d' }),
  ]);
  expect(text).toContain(`a 1.0.0 (MIT)\nb 1.0.0 (MIT)\n\nCopyright A\n${GRANT}`);
  expect(text).toContain('c has parts of d');
  expect(text.match(/Copyright A/g)).toHaveLength(1);
});

test('a text that only the README has is taken from there', () => {
  const readme = `# x\n\n## License\n\nCopyright X\n\n${GRANT}\n\n## Thanks\n\nto all`;
  const text = thirdPartyLicences([packageWith('x', 'MIT', { 'README.md': readme })]);
  expect(text).toContain(`Copyright X\n\n${GRANT}`);
  expect(text).not.toContain('to all');
});

test('no bundle without the text of a licence that asks for it', () => {
  const silent = packageWith('silent', 'MIT', { 'README.md': '## License\n\nMIT, see https://example.org' });
  expect(() => thirdPartyLicences([silent])).toThrow(/silent 1\.0\.0 carries no text/);
});

test('no bundle with a package whose licence might forbid it', () => {
  const strict = packageWith('strict', 'AGPL-3.0-only', { LICENSE: 'strict' });
  const unstated = packageWith('unstated', undefined, { LICENSE: 'nothing' });
  expect(() => thirdPartyLicences([strict])).toThrow(/strict 1\.0\.0 is under AGPL-3\.0-only/);
  expect(() => thirdPartyLicences([unstated])).toThrow(/unstated 1\.0\.0 states no licence/);
});

test('a module belongs to the package around it, whose own copies of others are theirs', () => {
  const found = packagesOf(ROOT, [
    'shared/clock.ts',
    'node_modules/zod/v4/core/core.js',
    'node_modules/zod/v4/core/api.js',
    'node_modules/gaxios/build/cjs/src/index.js',
  ]);
  expect(found.map(({ name, folder }) => [name, folder.slice(ROOT.length)])).toEqual([
    ['gaxios', 'node_modules/gaxios'],
    ['zod', 'node_modules/zod'],
  ]);
});

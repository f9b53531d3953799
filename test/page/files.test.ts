import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PHASES, phaseSchema } from '../../shared/view/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const web = join(root, 'web');
const files = readdirSync(web, { recursive: true, encoding: 'utf8' });
const text = (file: string) => readFileSync(join(web, file), 'utf8');

test('every module of the page is named in its head, so that none waits for another one to be read', () => {
  const modules = files.filter((file) => file.endsWith('.js'));
  const named = [
    ...text('index.html').matchAll(/<(?:link rel="modulepreload" href|script type="module" src)="([^"]+)"/g),
  ].map(([, file]) => file);
  expect(named.sort()).toEqual(modules.sort());
});

test('no file of the page names another origin to load something from', () => {
  for (const file of files.filter((each) => /\.(js|css|html)$/.test(each))) {
    const outside = text(file).match(
      /(?:src|href|url|import|fetch|from)\s*[=(]?\s*["'(]?(?:https?:)?\/\/[^\s"')]+/g,
    );
    expect(outside, file).toBeNull();
  }
});

test('the page’s phases are those of the API, in its order', () => {
  const [, list = ''] = /PHASES = \[([^\]]*)\]/.exec(text('phases.js')) ?? [];
  expect([...list.matchAll(/'([^']+)'/g)].map(([, phase]) => phaseSchema.parse(phase))).toEqual(PHASES);
});

test('the page’s scripts agree with the types of what the API sends', () => {
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const checked = spawnSync(process.execPath, [tsc, '-p', import.meta.dirname, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(checked.error).toBeUndefined();
  expect(checked.stdout.split('\n').filter((line) => line.startsWith('web/'))).toEqual([]);
}, 120_000);

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A project of its own with a stand-in for npm that notes its calls and "installs" what package-lock.json says. */
let root: string;

const npm = `
  const { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs');
  const [command] = process.argv.slice(2);
  appendFileSync('npm-calls', command + '\\n');
  if (existsSync('refuse-' + command)) { console.error('refused'); process.exit(1); }
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/.bin', { recursive: true });
  for (const path of Object.keys(packages).filter((each) => each !== '')) {
    mkdirSync(path, { recursive: true });
    writeFileSync(path + '/package.json', '{}');
  }
  if (!existsSync('ignore-scripts')) symlinkSync(process.execPath, 'node_modules/.bin/node');
  writeFileSync('node_modules/node/installArchSpecificPackage.js',
    "const fs = require('node:fs'); fs.mkdirSync('bin'); fs.symlinkSync(process.execPath, 'bin/node');");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
`;

const lock = (version: string) =>
  JSON.stringify({
    packages: {
      '': { name: 'demo' },
      'node_modules/node': { version: '24.0.0' },
      'node_modules/tool': { version },
      'node_modules/other-system': { version: '1.0.0', optional: true },
    },
  });

const program = `
  const [what, ...rest] = process.argv.slice(2);
  if (what === 'exit') process.exit(Number(rest[0]));
  if (what === 'die') process.kill(process.pid, rest[0]);
  if (what === 'wait') {
    process.on('SIGTERM', () => { console.log('cleaned up'); process.exit(5); });
    setInterval(() => undefined, 1000);
    console.log('ready');
  }
  if (what === 'say') console.log(JSON.stringify({ rest, node: process.execPath }));
`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bootstrap-'));
  const source = new URL('../../../infra/local/', import.meta.url).pathname;
  await cp(join(source, 'bootstrap.mjs'), join(root, 'infra/local/bootstrap.mjs'));
  await cp(join(source, 'bootstrap'), join(root, 'infra/local/bootstrap'), { recursive: true });
  await writeFile(join(root, 'package.json'), JSON.stringify({ engines: { node: '>=24' } }));
  await writeFile(join(root, 'package-lock.json'), lock('1.0.0'));
  await writeFile(join(root, 'npm-cli.cjs'), npm);
  await writeFile(join(root, 'program.mjs'), program);
});
afterEach(() => rm(root, { recursive: true }));

function start(
  ...args: string[]
): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  return spawn(process.execPath, [join(root, 'infra/local/bootstrap.mjs'), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, npm_execpath: join(root, 'npm-cli.cjs') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcome(child: ReturnType<typeof start>) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, code, signal };
}

const run = (...args: string[]) => outcome(start(...args));

async function npmCalls(): Promise<string[]> {
  const calls = await readFile(join(root, 'npm-calls'), 'utf8').catch(() => '');
  return calls.split('\n').filter((line) => line !== '');
}

test('a fresh clone gets its packages, says so on stderr, and runs the program with its own Node', async () => {
  const { stdout, stderr, code } = await run('program.mjs', 'say', 'a b', '--flag');
  expect(JSON.parse(stdout)).toMatchObject({ rest: ['a b', '--flag'] });
  expect(code).toBe(0);
  expect(stderr).toContain('installing packages');
  expect(await npmCalls()).toEqual(['ci']);
});

test('an installed project is left alone, without a word', async () => {
  await run('program.mjs', 'say');
  expect((await run('program.mjs', 'say')).stderr).toBe('');
  expect(await npmCalls()).toEqual(['ci']);
});

test('another version in the lock file is installed', async () => {
  await run('program.mjs', 'say');
  await writeFile(join(root, 'package-lock.json'), lock('2.0.0'));
  await run('program.mjs', 'say');
  expect(await npmCalls()).toEqual(['ci', 'ci']);
});

test('a package that somebody removed is installed again', async () => {
  await run('program.mjs', 'say');
  await rm(join(root, 'node_modules/tool'), { recursive: true });
  await run('program.mjs', 'say');
  expect(await npmCalls()).toEqual(['ci', 'ci']);
});

test('an installation that was broken off is done again', async () => {
  await mkdir(join(root, 'node_modules/tool'), { recursive: true });
  await run('program.mjs', 'say');
  expect(await npmCalls()).toEqual(['ci']);
});

test('two at once install once and both run', async () => {
  const both = await Promise.all([run('program.mjs', 'exit', '3'), run('program.mjs', 'exit', '4')]);
  expect(both.map(({ code }) => code)).toEqual([3, 4]);
  expect(await npmCalls()).toEqual(['ci']);
});

test('a lock that a dead process left is broken', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  await mkdir(join(root, '.local'));
  await writeFile(join(root, '.local/install.lock'), String(dead.pid));
  expect(await run('program.mjs', 'exit', '3')).toMatchObject({ code: 3 });
});

test('where npm ci refuses, npm install is tried', async () => {
  await writeFile(join(root, 'refuse-ci'), '');
  expect(await run('program.mjs', 'exit', '3')).toMatchObject({ code: 3 });
  expect(await npmCalls()).toEqual(['ci', 'install']);
});

test('a failed installation ends with its output, a clear line and no lock left behind', async () => {
  await writeFile(join(root, 'refuse-ci'), '');
  await writeFile(join(root, 'refuse-install'), '');
  const { code, stderr } = await run('program.mjs', 'say');
  expect(code).toBe(1);
  expect(stderr).toMatch(/refused\n.*npm install failed \(exit code 1\)/s);
  await rm(join(root, 'refuse-ci'));
  expect(await run('program.mjs', 'exit', '3')).toMatchObject({ code: 3 });
});

test('without install scripts the program of the package "node" is fetched by its own installer', async () => {
  // As for somebody whose Node is too old to do without.
  await writeFile(join(root, 'package.json'), JSON.stringify({ engines: { node: '>=999' } }));
  await writeFile(join(root, 'ignore-scripts'), '');
  const { stdout, stderr } = await run('program.mjs', 'say');
  expect(stderr).toContain('fetching Node 999');
  expect(JSON.parse(stdout).node).toBe(process.execPath);
  expect((await run('program.mjs', 'say')).stderr).toBe('');
});

test('a Node that is new enough does where the project has none', async () => {
  await writeFile(join(root, 'ignore-scripts'), '');
  expect((await run('program.mjs', 'say')).stderr).not.toContain('fetching');
});

test('the exit code of the program is the exit code', async () => {
  expect(await run('program.mjs', 'exit', '42')).toMatchObject({ code: 42, signal: null });
});

test('a program that dies of a signal is seen to have died of it', async () => {
  expect(await run('program.mjs', 'die', 'SIGTERM')).toMatchObject({ code: null, signal: 'SIGTERM' });
});

test('a signal is passed on, and the end of the program waited for', async () => {
  const child = start('program.mjs', 'wait');
  const ended = outcome(child);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 5, signal: null, stdout: expect.stringContaining('cleaned up') });
});

test("a package's command is run by name, an unknown one is refused by name", async () => {
  await run('program.mjs', 'say');
  await writeFile(join(root, 'node_modules/tool/cli.js'), '#!/usr/bin/env node\nconsole.log("tool ran")');
  await symlink('../tool/cli.js', join(root, 'node_modules/.bin/tool'));
  expect(await run('tool')).toMatchObject({ code: 0, stdout: 'tool ran\n' });
  expect(await run('no-tool')).toMatchObject({ code: 1, stderr: expect.stringContaining('no-tool') });
});

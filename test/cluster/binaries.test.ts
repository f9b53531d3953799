import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder, findBinaries } from './control-plane/binaries.ts';
import { isAtLeast } from './control-plane/go.ts';
import { pinned } from './control-plane/pinned.ts';
import { canProvide, provideBinaries } from './control-plane/provide.ts';
import { isRunning } from './processes.ts';

const INSTALL = new URL('control-plane/install.ts', import.meta.url).pathname;
const ALL = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;

/** Stands in for the Go toolchain: writes down how it was called, and "builds" in two halves. */
const go = ({
  version,
  toolchain = 'local',
  between = ':',
}: Readonly<Record<'version', string>> & { toolchain?: string; between?: string }) => `#!/bin/sh
if [ "$1" = env ]; then printf 'go%s\\n%s\\n' '${version}' '${toolchain}'; exit; fi
echo "$CGO_ENABLED $*" >> "$CALLS"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\n' > "$2"
${between}
printf 'echo %s\\n' "$3" >> "$2"
/bin/chmod +x "$2"
`;

describe('npm run cluster:install', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cluster-install-'));
    for (const name of ['bin', 'assets']) mkdirSync(join(folder, name));
    env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache'), CALLS: join(folder, 'calls') };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function program(place: 'bin' | 'assets', name: string, text = '#!/bin/sh\n'): void {
    const file = join(folder, place, name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
  const calls = () => {
    const text = existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '';
    return text.split('\n').filter((line) => line !== '');
  };
  const provide = () => provideBinaries(() => undefined, env, [join(folder, 'bin')]);
  const inCache = () => (existsSync(cacheFolder(env)) ? readdirSync(cacheFolder(env)).sort() : []);

  test('takes what KUBEBUILDER_ASSETS has, and builds only what it lacks', async () => {
    for (const name of ['etcd', 'kube-apiserver', 'kubectl']) program('assets', name);
    env.KUBEBUILDER_ASSETS = join(folder, 'assets');
    program('bin', 'go', go({ version: pinned().go }));
    expect(await provide()).toEqual({ provided: true });
    expect(inCache()).toEqual(['kube-controller-manager']);
    const { paths } = await findBinaries(env);
    expect(paths.get('etcd')).toBe(join(folder, 'assets', 'etcd'));
    expect(paths.get('kube-controller-manager')).toBe(join(cacheFolder(env), 'kube-controller-manager'));
  });

  test('builds all of them without C, with the pinned version in them; the second time nothing', async () => {
    program('bin', 'go', go({ version: pinned().go }));
    expect(await provide()).toEqual({ provided: true });
    expect(inCache()).toEqual(ALL);
    expect(calls()).toHaveLength(ALL.length);
    const flag = `version.gitVersion=${pinned().kubernetes}`;
    for (const call of calls()) {
      expect(call).toMatch(/^0 build /);
      expect(call).toContain('-trimpath');
      expect(call).toContain(flag);
    }
    const { stdout } = await promisify(execFile)(join(cacheFolder(env), 'kube-apiserver'));
    expect(stdout).toBe('k8s.io/kubernetes/cmd/kube-apiserver\n');
    expect(await provide()).toEqual({ provided: true });
    expect(calls()).toHaveLength(ALL.length);
  });

  test('leaves kubectl alone where the PATH has one', async () => {
    program('bin', 'go', go({ version: pinned().go }));
    program('bin', 'kubectl');
    await provide();
    expect(inCache()).toEqual(ALL.filter((name) => name !== 'kubectl'));
  });

  test('without Go and assets changes nothing and says what to install', async () => {
    const outcome = await provide();
    expect(outcome).toMatchObject({ provided: false });
    const reason = 'reason' in outcome ? outcome.reason : '';
    expect(reason).toContain('etcd, kube-apiserver, kube-controller-manager, kubectl missing');
    expect(reason).toContain(`Install Go ${pinned().go} or later`);
    expect(reason).toContain('KUBEBUILDER_ASSETS');
    expect(await canProvide(env, [join(folder, 'bin')])).toEqual(outcome);
    expect(inCache()).toEqual([]);
  });

  test('names both versions when Go is too old and may not fetch a newer one', async () => {
    program('bin', 'go', go({ version: '1.19.8', toolchain: '' }));
    const outcome = await provide();
    const reason = 'reason' in outcome ? outcome.reason : '';
    expect(reason).toContain(`is Go 1.19.8, while building them needs Go ${pinned().go}`);
    expect(calls()).toEqual([]);
  });

  test('uses an older Go that fetches the toolchain it needs', async () => {
    program('bin', 'go', go({ version: '1.22.1', toolchain: 'auto' }));
    expect(await provide()).toEqual({ provided: true });
  });

  test('leaves nothing half built when it fails, and shows what Go said', async () => {
    program('bin', 'go', go({ version: pinned().go, between: 'echo no such module >&2; exit 3' }));
    await expect(provide()).rejects.toThrow(/ended with exit code 3:\nno such module/);
    expect(inCache()).toEqual([]);
  });

  test('leaves nothing half built where it is looked for when it is killed; the next one cleans up', async () => {
    program(
      'bin',
      'go',
      go({ version: pinned().go, between: 'echo $$ > "$CALLS.pid"; exec /bin/sleep 600' }),
    );
    const installer = spawn(process.execPath, [INSTALL], { env, stdio: 'ignore' });
    const building = () =>
      existsSync(join(folder, 'calls.pid')) && readFileSync(join(folder, 'calls.pid'), 'utf8');
    await expect.poll(building, { timeout: 60_000 }).toMatch(/^\d+\n$/);
    const pid = Number(building());
    const gone = new Promise((resolve) => installer.once('exit', resolve));
    installer.kill('SIGKILL');
    await gone;
    process.kill(pid, 'SIGKILL');
    expect(inCache()).toEqual([expect.stringMatching(/^etcd\.draft-\d+$/)]);
    expect((await findBinaries(env)).missing).toEqual(ALL);

    program('bin', 'go', go({ version: pinned().go }));
    expect(await provide()).toEqual({ provided: true });
    expect(inCache()).toEqual(ALL);
  });

  test('told to end while it builds, it ends the build too and leaves nothing', async () => {
    program(
      'bin',
      'go',
      go({ version: pinned().go, between: 'echo $$ > "$CALLS.pid"; exec /bin/sleep 600' }),
    );
    const installer = spawn(process.execPath, [INSTALL], { env, stdio: 'ignore' });
    const building = () =>
      existsSync(join(folder, 'calls.pid')) && readFileSync(join(folder, 'calls.pid'), 'utf8');
    await expect.poll(building, { timeout: 60_000 }).toMatch(/^\d+\n$/);
    const ended = new Promise((resolve) => installer.once('exit', resolve));
    installer.kill('SIGTERM');
    expect(await ended).toBe(1);
    expect(isRunning(Number(building()))).toBe(false);
    expect(inCache()).toEqual([]);
  });

  test('two at once both end with whole programs', async () => {
    program('bin', 'go', go({ version: pinned().go, between: '/bin/sleep 0.1' }));
    const run = () => promisify(execFile)(process.execPath, [INSTALL], { env });
    const outputs = await Promise.all([run(), run()]);
    for (const { stdout } of outputs) expect(stdout).toContain(join(cacheFolder(env), 'kube-apiserver'));
    expect(inCache()).toEqual(ALL);
    const { stdout } = await promisify(execFile)(join(cacheFolder(env), 'etcd'));
    expect(stdout).toBe('go.etcd.io/etcd/server/v3\n');
  });

  test('a change of the modules is a new folder, so nothing old is taken for it', () => {
    expect(cacheFolder(env)).toBe(join(folder, 'cache', 'shoot-dualstack', 'control-plane', pinned().key));
    expect(pinned().key).toMatch(/^[0-9a-f]{16}$/);
  });
});

test.each([
  ['1.26.8', '1.25.0', true],
  ['1.25', '1.25.0', true],
  ['1.25.0', '1.25.1', false],
  ['1.9.7', '1.25.0', false],
  ['2.0', '1.25.0', true],
])('Go %s for what needs %s: %s', (version, required, enough) => {
  expect(isAtLeast(version, required)).toBe(enough);
});

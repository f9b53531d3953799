import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startControlPlane } from './control-plane/index.ts';
import { controlPlaneIn, isRunning } from './processes.ts';
import { describeOnCluster } from './support.ts';

const COMPONENT = new URL('control-plane/index.ts', import.meta.url).href;
const PROGRAM = `
  const { startControlPlane } = await import(${JSON.stringify(COMPONENT)});
  await startControlPlane({ serviceClusterIpRanges: ['100.64.0.0/13'] });
  setInterval(() => undefined, 1_000_000);
`;

describeOnCluster('a control plane leaves nothing behind', () => {
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'leaves-nothing-'));
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true, force: true });
  });

  const running = async () => (await controlPlaneIn(temporary))?.pids.length ?? 0;

  test('when it is stopped, once or twice', async () => {
    const controlPlane = await startControlPlane({ serviceClusterIpRanges: ['100.64.0.0/13'] });
    const before = await controlPlaneIn(temporary);
    expect(before?.pids).toHaveLength(3);
    await controlPlane.stop();
    await controlPlane.stop();
    expect(before?.pids.filter(isRunning)).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('when a server does not start, and the error has what it said', async () => {
    const twoOfAKind = { serviceClusterIpRanges: ['100.64.0.0/16', '100.65.0.0/16'] };
    await expect(startControlPlane(twoOfAKind)).rejects.toThrow(
      /kube-apiserver did not start: it ended with exit code 1\n[\s\S]*service-cluster-ip-range/,
    );
    expect(await readdir(temporary)).toEqual([]);
  });

  test.each([
    ['while it starts', 1],
    ['when it runs', 3],
  ])('when the process that started it is killed %s', async (_when, servers) => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { stdio: 'ignore' });
    await expect.poll(running, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(servers);
    const before = await controlPlaneIn(temporary);
    parent.kill('SIGKILL');
    await expect.poll(() => readdir(temporary), { timeout: 30_000, interval: 100 }).toEqual([]);
    // Killed ones need a moment to be gone on a busy machine.
    const left = () => before?.pids.filter(isRunning);
    await expect.poll(left, { timeout: 30_000, interval: 100 }).toEqual([]);
  });
});

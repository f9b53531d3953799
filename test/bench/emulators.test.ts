import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startBackends } from '../../infra/local/backends/index.ts';
import { childrenCpuSeconds } from '../../infra/local/bench/emulators/children-cpu.ts';
import { emulatorsBenchOptions } from '../../infra/local/bench/emulators/options.ts';
import { steadyPhase } from '../../infra/local/bench/emulators/steady-phase.ts';
import { fleetBenchOptions } from '../../infra/local/bench/fleet/options.ts';
import { TOPOLOGY } from '../../infra/local/world/topology.ts';
import { systemClock } from '../../shared/clock.ts';
import { refusal } from '../support/refusal.ts';

const MAIN = fileURLToPath(new URL('../../infra/local/bench/emulators/main.ts', import.meta.url));

test.each([
  [emulatorsBenchOptions, ['--migrations', '0'], 'from 1 to 1000'],
  [emulatorsBenchOptions, ['--seconds', '1e1'], '"1e1"'],
  [emulatorsBenchOptions, ['everything'], 'too many arguments'],
  [fleetBenchOptions, ['--shoots', 'many'], '"many"'],
  [fleetBenchOptions, ['--nodes', '251'], 'from 1 to 250'],
] as const)('%o answers %j with one clear line and exit code 2', (read, args, words) => {
  const { said, exitCode } = refusal(read, args);
  expect(exitCode).toBe(2);
  expect(said.trim().split('\n')).toEqual([expect.stringContaining(words)]);
});

test('where the emulators are missing it says what is missing, and fails nobody’s build', {
  timeout: 30_000,
}, async () => {
  const { FIRESTORE_EMULATOR_HOST: _, ...environment } = process.env;
  const env = { ...environment, PUBSUB_EMULATOR_HOST: '127.0.0.1:9' };
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(said).toContain('nothing was measured: Google’s emulators cannot be used'.replace('’', "'"));
  expect(said).toContain('FIRESTORE_EMULATOR_HOST is not');
  expect(child.exitCode).toBe(0);
});

test('a steady phase counts runs and their round trips: one read, three writes and one message at most', {
  timeout: 60_000,
}, async () => {
  const backends = await startBackends({ kind: 'embedded', clock: systemClock, topology: TOPOLOGY });
  onTestFinished(() => backends.stop());
  const load = { migrations: 4, warmUp: { runs: 30, mostSeconds: 10 }, measuredSeconds: 2 };
  const phase = await steadyPhase(backends, load, new AbortController().signal);
  expect(phase.stepRuns).toBeGreaterThan(0);
  expect(phase.failed).toBe(0);
  const { gets, lists, commits, publishes } = phase.tripsPerRun;
  expect(lists).toBe(0);
  // A run that lost a race for its migration reads it once more; some are cut by the ends of the phase.
  expect(gets).toBeLessThan(1.5);
  expect(commits).toBeLessThan(3.5);
  expect(publishes).toBeLessThan(1.5);
});

test.skipIf(process.platform !== 'linux')(
  'the CPU time of processes that were started is known',
  async () => {
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await once(child, 'spawn');
    await expect.poll(() => childrenCpuSeconds(), { timeout: 20_000 }).toBeGreaterThan(0.05);
  },
);

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { isStepName } from '../../shared/migration/steps.ts';
import { startedCommand } from '../support/started-command.ts';

const MAIN = fileURLToPath(new URL('../../infra/local/chaos/main.ts', import.meta.url));
const STANDING_STILL = fileURLToPath(new URL('standing-still.ts', import.meta.url));
const SMALL = ['--shoots', '2', '--nodes', '4', '--instances', '2', '--backend', 'embedded'];

function start(...args: string[]) {
  return startedCommand(MAIN, ...args);
}

/** Processes that this one started, by their ids. */
function childrenOf(pid: number | undefined): number[] {
  const listed = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => {
    const [id, parent, ...command] = line.trim().split(/\s+/);
    return Number(parent) === pid && command.join(' ').includes('functions-host') ? [Number(id)] : [];
  });
}

/** As `ps` has it: `T` stands still; undefined when there is no such process. */
function stateOf(pid: number | undefined): string | undefined {
  const listed = execFileSync('ps', ['-e', '-o', 'pid=,stat='], { encoding: 'utf8' });
  const lines = listed.split('\n').map((line) => line.trim().split(/\s+/));
  return lines.find(([id]) => Number(id) === pid)?.[1];
}

/** A process that has ended and waits for somebody to take note of it is none. */
function areThere(pids: readonly number[]): number[] {
  return pids.filter((pid) => !(stateOf(pid) ?? 'Z').startsWith('Z'));
}

const report = z.object({
  result: z.string(),
  kills: z.record(z.string(), z.number()),
  killedInTheMiddleOf: z.record(z.string(), z.number()),
  migrations: z.record(z.string(), z.number()),
  instancesStarted: z.number(),
  lostNodeSeconds: z.object({ outsideCutover: z.number() }),
  breaches: z.array(z.object({ breach: z.string(), message: z.string() })),
});

test('two shoots become dual-stack although the functions are killed, and nothing is lost', {
  timeout: 600_000,
}, async () => {
  const { stdout, stderr, code } = await start(...SMALL, '--minutes', '0.2', '--json').ended;
  const { breaches, kills, ...ending } = report.parse(JSON.parse(stdout));
  expect(breaches).toEqual([]);
  expect(ending.result).toBe('Survived');
  expect(ending.lostNodeSeconds.outsideCutover).toBe(0);
  expect(kills.SIGKILL).toBeGreaterThan(0);
  expect(Object.keys(ending.killedInTheMiddleOf).filter(isStepName)).not.toEqual([]);
  expect(ending.instancesStarted).toBeGreaterThan(2);
  expect(ending.migrations).toMatchObject({ 'overlap succeeded': 1, 'rollover succeeded': 1 });
  expect(stderr).not.toContain('log is kept');
  expect(code).toBe(0);
});

test('Ctrl-C stops everything and leaves no process behind', { timeout: 120_000 }, async () => {
  const { child, ended } = start(...SMALL);
  await expect.poll(() => childrenOf(child.pid).length, { timeout: 60_000 }).toBe(2);
  const pids = childrenOf(child.pid);
  child.kill('SIGINT');
  const { code } = await ended;
  expect(code).toBe(130);
  expect(areThere(pids)).toEqual([]);
});

test('instances end with the run that was killed, those that stand still too', {
  timeout: 120_000,
}, async () => {
  const child = spawn(process.execPath, [STANDING_STILL], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = await once(child.stdout, 'data');
  const pids = String(line).trim().split(' ').map(Number);
  const [asleep] = pids;
  await expect.poll(() => stateOf(asleep), { timeout: 30_000 }).toMatch(/^T/);
  expect(areThere(pids)).toEqual(pids);
  child.kill('SIGKILL');
  await expect.poll(() => areThere(pids), { timeout: 60_000 }).toEqual([]);
});

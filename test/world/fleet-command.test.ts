import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { fleetCommand } from '../../infra/local/fleet/options.ts';

const MAIN = fileURLToPath(new URL('../../infra/local/fleet/main.ts', import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { child, ended: ended.then(([stdout, stderr]) => ({ stdout, stderr, code: child.exitCode })) };
}

describe('npm run fleet', { timeout: 90_000 }, () => {
  test.each([
    [['--shoots', '0'], 'from 1 to 5000'],
    [['--shoots', '1e3'], '"1e3"'],
    [['--nodes', 'many'], '"many"'],
    [['--strategy', 'magic'], 'overlap, rollover, cutover'],
    [['--seed', '-1'], 'from 0'],
    [['everything'], 'too many arguments'],
  ])('answers %j with one clear line and exit code 2', (args, text) => {
    const said: string[] = [];
    const written = vi
      .spyOn(process.stderr, 'write')
      .mockImplementation((line) => said.push(String(line)) > 0);
    onTestFinished(() => written.mockRestore());
    expect(() => fleetCommand(args)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(said.join('').trim().split('\n')).toEqual([expect.stringContaining(text)]);
  });

  test('ends with one line of JSON and exit code 0 when every shoot is dual-stack', async () => {
    const { stdout, code } = await start('--shoots', '2', '--nodes', '2', '--json').ended;
    const report = z.object({ result: z.string(), standings: z.record(z.string(), z.number()) });
    expect(report.parse(JSON.parse(stdout))).toMatchObject({
      result: 'Succeeded',
      standings: { succeeded: 2 },
    });
    expect(code).toBe(0);
  });

  test('ends with exit code 1 and names the shoots that are blocked', async () => {
    const { stdout, code } = await start('--shoots', '1', '--nodes', '2', '--strategy', 'cutover').ended;
    expect(stdout).toContain('blocked             garden-p1/s1, preflight: PreflightBlocked');
    expect(code).toBe(1);
  });

  test('ends at Ctrl-C with what is known by then, and exit code 130', async () => {
    const { child, ended } = start('--shoots', '500', '--json');
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const { stdout, code } = await ended;
    expect(code).toBe(130);
    expect(z.object({ ending: z.string() }).parse(JSON.parse(stdout)).ending).toBe('interrupted');
  });
});

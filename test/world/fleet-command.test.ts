import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fleetCommand } from '../../infra/local/fleet/options.ts';
import { refusal } from '../support/refusal.ts';
import { startedCommand } from '../support/started-command.ts';

const MAIN = fileURLToPath(new URL('../../infra/local/fleet/main.ts', import.meta.url));

function start(...args: string[]) {
  return startedCommand(MAIN, ...args);
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
    const { said, exitCode } = refusal(fleetCommand, args);
    expect(exitCode).toBe(2);
    expect(said.trim().split('\n')).toEqual([expect.stringContaining(text)]);
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

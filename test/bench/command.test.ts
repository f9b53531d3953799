import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { costedSchema } from '../../infra/local/bench/figures.ts';
import { startedCommand } from '../support/started-command.ts';

const MAIN = fileURLToPath(new URL('../../infra/local/bench/main.ts', import.meta.url));

function start(...args: string[]) {
  return startedCommand(MAIN, ...args);
}

describe('npm run bench', () => {
  test.each([
    [['--nodes', '30,many'], '"many"'],
    [['--nodes', '0'], 'from 1 to 5000'],
    [['--strategies', 'overlap,magic'], 'overlap, rollover, cutover'],
    [['--seed', '-1'], 'from 0'],
    [['everything'], 'too many arguments'],
  ])('answers %j with one clear line and exit code 2', { timeout: 30_000 }, async (args, said) => {
    const { stdout, stderr, code } = await start(...args).ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(said);
  });

  test('prints one line of JSON with the figures of every case, the same for the same seed', {
    timeout: 90_000,
  }, async () => {
    const args = ['--nodes', '2', '--strategies', 'overlap', '--seed', '3', '--json'];
    const [first, second] = await Promise.all([start(...args).ended, start(...args).ended]);
    const report = z.object({ cases: z.array(costedSchema.omit({ peakRssMb: true, wallSeconds: true })) });
    const [one, other] = [first, second].map(({ stdout }) => report.parse(JSON.parse(stdout)));
    expect(one?.cases.map(({ strategy, outcome }) => [strategy, outcome])).toEqual([
      ['gardener', 'done'],
      ['overlap', 'done'],
    ]);
    expect(one?.cases[1]).toMatchObject({ lostNodeSeconds: 0, nodesLeftUnreached: 0 });
    expect(one).toEqual(other);
  });

  test('ends at Ctrl-C with the case that it was measuring', { timeout: 30_000 }, async () => {
    const { child, ended } = start('--nodes', '1000', '--no-reference');
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const { stdout, code } = await ended;
    expect(code).toBe(130);
    expect(stdout).toBe('');
  });
});

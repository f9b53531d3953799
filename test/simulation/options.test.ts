import { expect, test } from 'vitest';
import { simulateOptions } from '../../infra/local/simulation/options.ts';
import { BadCase, trialFrom } from '../../infra/local/simulation/replay.ts';
import { refusal } from '../support/refusal.ts';

test.each([
  [['no-such'], 'there is no campaign "no-such"; there are: crashes,'],
  [['--runs', '0'], 'Expected runs as a whole number from 1 to 10000000, got "0"'],
  [['--seed', '1e3'], 'Expected seed as a whole number'],
  [['--nodes', '4.5'], 'Expected nodes as a whole number'],
  [['--strategy', 'swift'], 'Allowed choices are overlap, rollover, cutover'],
  [['--slice', '3/2'], 'Expected k/n with k from 1 to n'],
  [['--workers', '-1'], 'Expected workers as a whole number'],
  [['--case', '{}', '--nodes', '4'], '--case says all of the case itself; leave out --nodes'],
  [['crashes', '--case', '{}'], '--case runs one case; a campaign cannot be named with it'],
])('%j is refused with exit code 2 and says why', (args, why) => {
  const { said, exitCode } = refusal(simulateOptions, args);
  expect(said).toContain(why);
  expect(exitCode).toBe(2);
});

test('several campaigns and a slice are taken as they are given', () => {
  const options = simulateOptions(['crashes', 'pairs', '--slice', '2/10', '--seed', '9', '--nodes', '4']);
  expect(options).toMatchObject({
    campaigns: ['crashes', 'pairs'],
    slice: { part: 2, parts: 10 },
    seed: 9,
    nodes: 4,
    json: false,
  });
});

test.each([
  ['no-such-file.json', 'is neither JSON nor a file'],
  ['{', 'not JSON'],
  ['{"seed":1}', 'case.nodes'],
  [
    '{"seed":1,"nodes":2,"strategy":"overlap","networkPlugin":"calico","instances":1,"switches":{"flagOn":"maybe"},"faults":[]}',
    'switch flagOn: expected accepted or refused, got "maybe"',
  ],
])('the case %s is refused and says why', (given, why) => {
  expect(() => trialFrom(given)).toThrow(BadCase);
  expect(() => trialFrom(given)).toThrow(why);
});

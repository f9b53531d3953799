import { expect, test } from 'vitest';
import { chaosOptions } from '../../infra/local/chaos/options.ts';
import { refusal } from '../support/refusal.ts';

test.each([
  [['--minutes', '0'], '"0"'],
  [['--minutes', 'long'], '"long"'],
  [['--minutes', ''], 'more than 0'],
  [['--shoots', '0'], 'from 1 to 64'],
  [['--minutes', '1e1'], '"1e1"'],
  [['--shoots', '2.5'], '"2.5"'],
  [['--shoots', '1e1'], '"1e1"'],
  [['--nodes', '0x10'], '"0x10"'],
  [['--nodes', '251'], 'from 1 to 250'],
  [['--instances', 'Infinity'], 'from 1 to 32'],
  [['--seed', '-1'], 'from 0'],
  [['--backend', 'redis'], 'auto, emulators, embedded'],
  [['everything'], 'too many arguments'],
  [['--fast'], "unknown option '--fast'"],
])('answers %j with one clear line and exit code 2', (args, text) => {
  const { said, exitCode } = refusal(chaosOptions, args);
  expect(exitCode).toBe(2);
  expect(said.trim().split('\n')).toHaveLength(1);
  expect(said).toContain(text);
});

test('two minutes of kills at eight shoots are the default, on whichever backend there is', () => {
  expect(chaosOptions([])).toEqual({
    minutes: 2,
    shoots: 8,
    nodes: 8,
    instances: 3,
    backend: 'auto',
    seed: 1,
    json: false,
  });
});

test('every option is taken', () => {
  const args = '--minutes 0.5 --shoots 3 --nodes 4 --instances 2 --backend embedded --seed 7 --json';
  expect(chaosOptions(args.split(' '))).toEqual({
    minutes: 0.5,
    shoots: 3,
    nodes: 4,
    instances: 2,
    backend: 'embedded',
    seed: 7,
    json: true,
  });
});

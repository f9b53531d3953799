import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type FunctionFigures,
  figuresOf,
  shares,
  spreadOf,
} from '../../infra/gcp/bundle/coldstart/figures.ts';
import { coldStartOptions } from '../../infra/gcp/bundle/coldstart/options.ts';
import { measured, type Run } from '../../infra/gcp/bundle/coldstart/run.ts';
import { textTable, verdictsOn } from '../../infra/gcp/bundle/coldstart/table.ts';
import { deployedFunctions, functionsNamed, UnknownFunction } from '../../infra/gcp/bundle/functions.ts';
import { ROOT } from './installed.ts';

function runWith(ms: number, rssMb: number): Run {
  return { serves: { ms, cpuMs: ms / 2, rssMb }, answered: { ms: ms + 100, cpuMs: ms, rssMb: rssMb + 50 } };
}

function figuresWith(name: string, ms: number, rssMb: number, naiveMs: number): FunctionFigures {
  const [bundled, naive] = [figuresOf([runWith(ms, rssMb)]), figuresOf([runWith(naiveMs, 300)])];
  return { name, bundleBytes: 9e6, bundleBytesAtStart: 5e5, bundled, naive, ...shares(bundled, naive) };
}

test('a spread is the median between the smallest and the largest, of an even number the middle of two', () => {
  expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
  expect(spreadOf([40, 10, 30, 20])).toEqual({ median: 25, min: 10, max: 40 });
  expect(() => spreadOf([])).toThrow('nothing was measured');
});

test('a goal is reached when the worst function reaches it, and that one is named', () => {
  const good = figuresWith('good', 150, 80, 2_000);
  expect(verdictsOn([good]).map(({ reached }) => reached)).toEqual([true, true, true]);
  const worse = [good, figuresWith('slow', 301, 80, 2_000), figuresWith('large', 150, 121, 500)];
  expect(verdictsOn(worse)).toMatchObject([
    { reached: false, measured: '301 ms (slow)' },
    { reached: false, measured: '121 MB (large)' },
    { reached: false, measured: '30 % (large)' },
  ]);
});

test('the table has a line for each function, with medians and spread', () => {
  const [titles, line] = textTable([figuresWith('pause', 150, 80, 2_000)]).split('\n');
  expect(titles).toMatch(/^function .*serves ms .*naive ms .*% of naive/);
  expect(line).toMatch(/^pause +9\.0 +0\.5 +150 \(150–150\) +75 \(75–75\) +80 \(80–80\) +2000 .* 8 +250 /);
});

test('the command line takes functions, runs and JSON, and refuses what makes no sense', () => {
  expect(coldStartOptions([])).toEqual({ functions: [], runs: 5, json: false });
  const asked = coldStartOptions(['--json', '--runs', '3', 'pause', 'resume']);
  expect(asked).toEqual({ functions: ['pause', 'resume'], runs: 3, json: true });
  const silent = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const runs of ['0', '1e2', '-1', '101']) {
    expect(() => coldStartOptions(['--runs', runs])).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
  silent.mockRestore();
});

test('functions are those that functions/index.ts names, and another name is refused with theirs', () => {
  const all = deployedFunctions(ROOT);
  expect(functionsNamed(all, [])).toEqual(all);
  expect(functionsNamed(all, ['pause'])).toEqual([{ name: 'pause', entry: 'functions/pause/index.ts' }]);
  expect(() => functionsNamed(all, ['pause', 'jump'])).toThrow(UnknownFunction);
  expect(() => functionsNamed(all, ['jump'])).toThrow(/no function jump; there are .*migrate-routes/);
});

describe('one start', () => {
  // Inside the project, where functions-framework is found.
  const folder = join(ROOT, 'dist', 'coldstart', `test-${process.pid}`);
  const source = join(folder, 'index.mjs');
  const options = { root: ROOT, source, env: { COLOUR: 'blue' } };

  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      source,
      `import { http } from '@google-cloud/functions-framework';
       http('good', (request, response) => response.status(204).send());
       http('bad', (request, response) => { console.log('it is ' + process.env.COLOUR); response.status(500).send(); });`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is measured until the function serves, and until its first message is answered', async () => {
    const { serves, answered } = await measured({ ...options, target: 'good' });
    expect(serves.ms).toBeGreaterThan(0);
    expect(serves.rssMb).toBeGreaterThan(10);
    expect(answered.ms).toBeGreaterThan(serves.ms);
  }, 120_000);

  test('counts only with the answer that was hoped for; else it tells what the process said', async () => {
    await expect(measured({ ...options, target: 'bad' })).rejects.toThrow(
      /bad answered 500[\s\S]*it is blue/,
    );
    const missing = measured({ ...options, target: 'missing' });
    await expect(missing).rejects.toThrow(/exit code 1[\s\S]*'missing' is not defined/);
  }, 120_000);
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Case } from '../../infra/local/simulation/case.ts';

const MAIN = fileURLToPath(new URL('../../infra/local/simulation/main.ts', import.meta.url));

const CASE: Case = {
  seed: 3,
  nodes: 1,
  strategy: 'overlap',
  networkPlugin: 'calico',
  instances: 1,
  switches: {},
  faults: [],
};

interface Ended {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly said: string;
}

/** `npm run simulate -- …` as a process of its own. */
function simulate(...args: readonly string[]): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(process.execPath, [MAIN, ...args], (_, output, said) => {
    resolve({ exitCode: child.exitCode ?? undefined, output, said });
  });
  return promise;
}

test('a case that breaks no law ends with 0 and, asked for JSON, one line of it', {
  timeout: 120_000,
}, async () => {
  const { exitCode, output } = await simulate('--case', JSON.stringify(CASE), '--json');
  const [line = '', ...more] = output.trimEnd().split('\n');
  expect(more).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ ending: 'succeeded', violations: [], case: CASE });
  expect(exitCode).toBe(0);
});

test('a broken law is told with the story of its case, and ends with 1', { timeout: 120_000 }, async () => {
  const aborted: Case = { ...CASE, faults: [{ kind: 'aborted', moment: { atSeconds: 10 }, times: 1 }] };
  // Who aborts does not come to the end that is demanded here.
  const { exitCode, output } = await simulate('--case', JSON.stringify({ case: aborted, sameEnd: true }));
  expect(output).toMatch(/! fault \{"kind":"aborted"/);
  expect(output).toMatch(/LAWS BROKEN\n.*same end: led back .* instead of succeeded/);
  expect(exitCode).toBe(1);
});

test('campaigns report what was run, one after the other', { timeout: 240_000 }, async () => {
  const { exitCode, output, said } = await simulate(
    ...['crashes', 'deliveries', '--runs', '1', '--nodes', '1', '--strategy', 'cutover', '--workers', '1'],
    '--json',
  );
  expect(said).toBe('');
  expect(JSON.parse(output)).toMatchObject({
    // Each with its clean run; that of the deliveries is another one, on two instances.
    ...{ runs: 4, byCampaign: { crashes: 2, deliveries: 2 }, broken: [], interrupted: false },
    endings: { succeeded: 4 },
  });
  expect(exitCode).toBe(0);
});

test('what cannot be understood ends with 2 and nothing on standard output', {
  timeout: 120_000,
}, async () => {
  for (const args of [
    ['no-such'],
    ['--runs', 'many'],
    ['--case', '{"seed":1}'],
    ['--case', 'no-such.json'],
  ]) {
    const { exitCode, output, said } = await simulate(...args);
    expect(said).toMatch(/^error: /);
    expect(output).toBe('');
    expect(exitCode).toBe(2);
  }
});

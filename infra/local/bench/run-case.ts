import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type BenchCase, costedSchema, type Figures } from './figures.ts';

const CASE = fileURLToPath(new URL('./case.ts', import.meta.url));

/**
 * Measures one case in a child process, which ends when the signal aborts.
 *
 * @throws the signal's reason when it aborts; Error naming the case when the child fails.
 */
export async function runCase(benchCase: BenchCase, signal: AbortSignal): Promise<Figures> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [CASE, JSON.stringify(benchCase)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  });
  // Abortion is an error of the child; what counts is said below.
  child.on('error', () => undefined);
  const closed = once(child, 'close').catch(() => []);
  const output = await text(child.stdout).catch(() => '');
  await closed;
  signal.throwIfAborted();
  if (child.exitCode !== 0) {
    const { strategy, nodes } = benchCase;
    throw new Error(
      `the case ${strategy} with ${nodes} nodes ended with ${child.exitCode ?? child.signalCode}`,
    );
  }
  return costedSchema.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}

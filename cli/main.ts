import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { systemClock } from '../shared/clock.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { run } from './run.ts';
import { type Terminal, wantsColours } from './terminal.ts';

const interrupted = new AbortController();
// A second Ctrl-C does not wait for anything to be put in order.
process.on('SIGINT', () => (interrupted.signal.aborted ? leave('interrupted') : interrupted.abort()));
process.on('SIGTERM', () => interrupted.abort());
// Whoever read the output has gone, as `head` does: there is nobody to tell.
process.stdout.on('error', () => leave('pipeClosed'));
process.stderr.on('error', () => leave('pipeClosed'));

const terminal: Terminal = {
  out: (written) => void process.stdout.write(written),
  say: (written) => void process.stderr.write(written),
  size: () => {
    const { isTTY, columns, rows } = process.stdout;
    return isTTY ? { columns: columns || 80, rows: rows || 24 } : undefined;
  },
  colours: wantsColours(process.env, process.stdout.isTTY === true),
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  env: process.env,
  clock: systemClock,
  signal: interrupted.signal,
  readInput: () => text(process.stdin),
};

// Connections that a client keeps open would hold the process for minutes; what was written is written before it ends.
const code = await run(process.argv.slice(2), terminal);
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))),
);
process.exit(code);

async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on('SIGINT', () => interrupted.abort());
  try {
    return await lines.question(question, { signal: interrupted.signal });
  } catch {
    return undefined;
  } finally {
    lines.close();
  }
}

function leave(how: keyof typeof EXIT_CODES): never {
  process.exit(EXIT_CODES[how]);
}

import { findBinaries } from './binaries.ts';
import { provideBinaries } from './provide.ts';

// npm run cluster:install: says what it builds, then what is where. Exit code 1 when something is missing.
try {
  const outcome = await provideBinaries(say);
  const { paths } = await findBinaries();
  for (const [name, path] of paths) say(`${name}: ${path}`);
  if (!outcome.provided) fail(outcome.reason);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

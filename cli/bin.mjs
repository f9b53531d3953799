#!/usr/bin/env node
// `shoot-dualstack`. Plain JavaScript that Node 18 understands: where this Node is too old, or packages are missing, the bootstrap
// of `npm start` installs what is missing and starts the command with the project's own Node.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const args = process.argv.slice(2);

const { isInstalled } = await import('../infra/local/bootstrap/install.mjs');
const { majorOf } = await import('../infra/local/bootstrap/node.mjs');

if (majorOf(process.version) >= 24 && isInstalled(root)) {
  await import('./main.ts');
} else {
  process.argv.splice(2, process.argv.length, 'cli/main.ts', ...args);
  await import('../infra/local/bootstrap.mjs');
}

// Runs a program of this project on a fresh clone: installs what is missing, then starts it with the project's own Node.
//
//   node infra/local/bootstrap.mjs <program> [arguments…]
//
// <program> is a file of the project (…ts, .mjs, .js) or a command that a package brings, such as vitest. Plain
// JavaScript without any dependency that Node 18 understands: it is what runs before there is anything else.
import { closeSync, openSync, readSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled, whileHoldingLock } from './bootstrap/install.mjs';
import { readJson } from './bootstrap/json.mjs';
import { majorOf, projectNode } from './bootstrap/node.mjs';
import { run } from './bootstrap/run.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

/** A problem that the user can do something about: its message is all there is to show. */
class Problem extends Error {}

async function main([program, ...args]) {
  if (program === undefined) {
    throw new Problem('usage: node infra/local/bootstrap.mjs <program> [arguments…]');
  }
  if (!isInstalled(root) || projectNode(root) === undefined) {
    await whileHoldingLock(root, say, install);
  }
  const node = projectNode(root);
  if (node === undefined) {
    throw new Problem(
      `this project needs Node ${required()}, this is ${process.version}, and the npm package "node", which brings it, has none for ${process.platform}-${process.arch}. Install Node ${required()} and run this again.`,
    );
  }
  const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const [command, ...before] = commandLine(node, program);
  return await run(command, [...before, ...args], { stdio: 'inherit', env: environment });
}

/** Whoever held the lock before may have done it all. */
async function install() {
  if (!isInstalled(root)) {
    say('installing packages, which takes a minute or two…');
    await installPackages();
  }
  if (projectNode(root) === undefined) await fetchNode();
}

/**
 * npm was told not to run install scripts, and the package "node" fetches its program in one. It is run by hand, and
 * the link that npm leaves out while there is nothing to link to is made.
 */
async function fetchNode() {
  say(`fetching Node ${required()} for this project…`);
  const folder = join(root, 'node_modules', 'node');
  const installer = ['installArchSpecificPackage.js'];
  orProblem('fetching Node', await run(process.execPath, installer, { cwd: folder, stdio: QUIETLY }));
  const link = join(bin, 'node');
  rmSync(link, { force: true });
  symlinkSync(join('..', 'node', 'bin', 'node'), link);
}

/** What npm prints is progress, not a result: it goes to stderr. */
const QUIETLY = ['ignore', 2, 2];

async function installPackages() {
  // The development packages bring Node and the tests; a NODE_ENV=production of the user's would leave them out.
  const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const exactly = await run(...npm(['ci', ...flags]), { cwd: root, stdio: 'ignore' });
  if (exactly.code === 0 || exactly.signal !== null) return orProblem('npm ci', exactly);
  // `npm ci` insists on lock entries for the packages of every other system, too, and a registry that lacks one of
  // those keeps it out of the lock file. `npm install` takes the locked versions just as well; it only insists less.
  say('npm ci did not work; trying npm install…');
  const roughly = await run(...npm(['install', '--no-save', ...flags]), { cwd: root, stdio: QUIETLY });
  orProblem('npm install', roughly);
}

function orProblem(what, { code, signal, error }) {
  if (code === 0) return;
  throw new Problem(`${what} failed (${error ?? signal ?? `exit code ${code}`}); what it said is above`);
}

/** The npm that runs this script, so that both are of one version; else the one on the PATH. */
function npm(args) {
  const running = process.env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(running)) return [process.execPath, [running, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/** A package's command is nearly always a script for Node; its first line says so. */
function commandLine(node, program) {
  if (/\.[cm]?[jt]s$/.test(program)) return [node, join(root, program)];
  let file;
  try {
    file = realpathSync(join(bin, program));
  } catch {
    throw new Problem(
      `${program} is neither a file (.ts, .mjs, .js) nor a command of a package of this project`,
    );
  }
  return /^#!.*\bnode\b/.test(firstLine(file)) || /\.[cm]?js$/.test(file) ? [node, file] : [file];
}

/** Not by reading the file: some are programs of a hundred megabytes. */
function firstLine(file) {
  const opened = openSync(file, 'r');
  try {
    const start = Buffer.alloc(200);
    const length = readSync(opened, start);
    return start.toString('latin1', 0, length).split('\n')[0];
  } finally {
    closeSync(opened);
  }
}

function required() {
  return majorOf(readJson(join(root, 'package.json')).engines.node);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** As the program ended, so does this: callers see one process. */
function endLike({ code, signal, error }) {
  if (error !== undefined) throw new Problem(error);
  if (signal === null) process.exit(code);
  process.kill(process.pid, signal);
}

try {
  endLike(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  say(error.message);
  process.exitCode = 1;
}

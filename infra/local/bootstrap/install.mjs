import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson } from './json.mjs';

/**
 * Whether every package of package-lock.json is in node_modules in its version. npm writes a lock file of its own
 * into node_modules when an installation is complete, so a broken-off one does not pass. Takes milliseconds.
 */
export function isInstalled(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (wanted === undefined) throw new Error(`${join(root, 'package-lock.json')} is missing or not JSON`);
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    // The project itself; and packages for other systems, which npm leaves out.
    if (path === '' || (optional && present[path] === undefined)) return true;
    const found = present[path];
    return (
      found?.version === version &&
      found.integrity === integrity &&
      existsSync(join(root, path, 'package.json'))
    );
  });
}

const LOOK_AGAIN_MS = 200;
/** Breaking a dead owner's lock takes a moment; a breaker older than this died in it. */
const BREAKER_AGE_MS = 10_000;

/** Runs `work` while no other process of this project does; waits for one that does. A dead owner's lock is broken. */
export async function whileHoldingLock(root, say, work) {
  const folder = join(root, '.local');
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'install.lock');
  for (let said = false; !take(lock); said = true) {
    const owner = ownerOf(lock);
    if (owner !== undefined && !isAlive(owner)) {
      breakLock(lock, owner);
      continue;
    }
    if (!said) say(`waiting for process ${owner}, which is installing packages…`);
    await sleep(LOOK_AGAIN_MS);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Creates the file together with its content, if there is none: nobody ever reads it empty. */
function take(file) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Two processes that find the same dead owner must not remove each other's new lock: one at a time, looking again. */
function breakLock(lock, deadOwner) {
  const breaker = `${lock}.breaking`;
  if (!take(breaker)) {
    if (ageOf(breaker) > BREAKER_AGE_MS) rmSync(breaker, { force: true });
    return;
  }
  try {
    if (ownerOf(lock) === deadOwner) rmSync(lock, { force: true });
  } finally {
    rmSync(breaker, { force: true });
  }
}

function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

function ageOf(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error.code === 'EPERM';
  }
}

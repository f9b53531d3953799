import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { problemsOf } from '../../shared/migration/shoot.ts';
import { CommandError } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { type Contexts, contextsSchema } from './schema.ts';

/** Where contexts are kept, as kubectl’s are in KUBECONFIG (XDG Base Directory Specification). */
export function contextsFile(given: string | undefined, env: Terminal['env']): string {
  const named = given ?? (env.SHOOT_DUALSTACK_CONFIG || undefined);
  if (named !== undefined) return resolve(named);
  const { XDG_CONFIG_HOME: xdg } = env;
  const home = xdg !== undefined && isAbsolute(xdg) ? xdg : join(env.HOME || homedir(), '.config');
  return join(home, 'shoot-dualstack', 'contexts.yaml');
}

/** No file is a file without contexts. @throws CommandError naming what cannot be understood, without quoting it */
export async function readContexts(file: string): Promise<Contexts> {
  const text = await textOf(file);
  const document = parseDocument(text ?? '', { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    throw new CommandError(
      'usage',
      `${file}${line === undefined ? '' : `, line ${line}`}: not YAML (${error.code}).`,
    );
  }
  const read = contextsSchema.safeParse(document.toJS() ?? {});
  if (read.success) return read.data;
  throw new CommandError('usage', `${file}: ${problemsOf(read.error).join('; ')}.`);
}

/** Makes another context the current one; comments and everything else in the file stay. Whole or not at all. */
export async function writeCurrent(file: string, name: string): Promise<void> {
  const document = parseDocument((await textOf(file)) ?? '');
  document.set('current', name);
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, document.toString({ lineWidth: 0 }), { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    throw new CommandError(
      'usage',
      `${file} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** A path in the file: relative to it, `~` being home. */
export function pathBeside(file: string, path: string, env: Terminal['env']): string {
  if (path.startsWith('~/')) return join(env.HOME || homedir(), path.slice(2));
  return resolve(dirname(file), path);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CommandError(
      'usage',
      `${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

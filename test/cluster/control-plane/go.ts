import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './binaries.ts';
import { executableIn } from './binaries.ts';

export type FoundGo =
  | { readonly kind: 'usable'; readonly program: string; readonly version: string }
  /** It is older than needed and was told not to fetch a newer one (GOTOOLCHAIN). */
  | { readonly kind: 'too old'; readonly program: string; readonly version: string }
  | { readonly kind: 'none' };

/** The PATH, and where Go's own installer puts it, which is not on every PATH. */
export function goFolders(env: Environment): readonly string[] {
  return [...(env.PATH ?? '').split(delimiter), '/usr/local/go/bin'];
}

/** The first Go in these folders that can build what needs Go `required`; else the first one. */
export async function findGo(
  required: string,
  env: Environment,
  folders: readonly string[],
): Promise<FoundGo> {
  let found: FoundGo = { kind: 'none' };
  for (const folder of folders) {
    const program = await executableIn([folder], 'go');
    if (program === undefined) continue;
    const go = await examine(program, required, env);
    if (go?.kind === 'usable') return go;
    if (found.kind === 'none' && go !== undefined) found = go;
  }
  return found;
}

/** Undefined for a program that does not run. */
async function examine(program: string, required: string, env: Environment): Promise<FoundGo | undefined> {
  // Away from any go.mod, so that it speaks of itself and fetches nothing.
  const asked = promisify(execFile)(program, ['env', 'GOVERSION', 'GOTOOLCHAIN'], { cwd: tmpdir(), env });
  const answer = await asked.catch(() => undefined);
  if (answer === undefined) return undefined;
  const [version = '', toolchain = ''] = answer.stdout
    .split('\n')
    .map((line) => line.trim().replace(/^go/, ''));
  // "auto" and "path": it gets the toolchain that go.mod asks for by itself. Before 1.21 there was nothing like it.
  const isUsable = isAtLeast(version, required) || /\b(auto|path)$/.test(toolchain);
  return { kind: isUsable ? 'usable' : 'too old', program, version };
}

/** Of versions such as `1.26`, `1.26.8` or `1.27rc1`; a release candidate counts as its release. */
export function isAtLeast(version: string, required: string): boolean {
  const [ours, theirs] = [version, required].map((text) =>
    (text.match(/\d+/g) ?? []).slice(0, 3).map(Number),
  );
  for (let place = 0; place < 3; place++) {
    const difference = (ours?.[place] ?? 0) - (theirs?.[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, FRAMEWORK } from '../bundle.ts';
import { type FunctionFolder, foldersOf, writeFolder } from '../function-folders.ts';
import { packagesOf } from '../packages.ts';
import { bytesOf, filesFrom } from '../reach.ts';
import { NAIVE_STEP_TARGET, NAIVE_TARGET, type NaiveFunction, writeNaiveFunction } from './naive.ts';

/** Something that is started and measured. */
export interface Source {
  readonly source: string;
  readonly target: string;
}

/** A function as it is deployed, and what it is compared with. */
export interface Subject {
  readonly name: string;
  readonly bytes: number;
  readonly bytesAtStart: number;
  readonly bundled: Source;
  readonly naive: Source;
}

/**
 * A function as it is deployed, written to where it is deployed from.
 *
 * @param imported packages that the project imports: those of them that are in the bundle are what the naive import imports.
 */
export function subjectOf(root: string, folder: FunctionFolder, imported: readonly string[]): Subject {
  const { name, packages, bytes, bytesAtStart } = folder;
  const naive = naiveWith(root, packages, imported);
  return {
    name,
    bytes,
    bytesAtStart,
    bundled: { source: writeFolder(foldersOf(root), folder), target: name },
    naive: { source: naive.source, target: NAIVE_TARGET },
  };
}

const STEP_TARGET = 'step-connections';

/** The connections of a step, see `step-connections.ts`. */
export async function stepConnections(root: string, imported: readonly string[]): Promise<Subject> {
  const folder = join(root, 'dist', 'coldstart', STEP_TARGET);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entries = { [STEP_TARGET]: `infra/gcp/bundle/coldstart/${STEP_TARGET}.ts` };
  const files = await bundle({ root, entries });
  for (const { name, code } of files) writeFileSync(join(folder, name), code);
  const modules = files.flatMap((file) => file.modules);
  const naive = naiveWith(root, packagesOf(root, modules), imported);
  const entry = `${STEP_TARGET}.mjs`;
  return {
    name: '(a step, connected)',
    bytes: bytesOf(files),
    bytesAtStart: bytesOf(filesFrom(files, entry, { later: false })),
    bundled: { source: join(folder, entry), target: STEP_TARGET },
    naive: { source: naive.source, target: NAIVE_STEP_TARGET },
  };
}

function naiveWith(
  root: string,
  bundled: readonly { readonly name: string }[],
  imported: readonly string[],
): NaiveFunction {
  const names = new Set(bundled.map(({ name }) => name));
  return writeNaiveFunction(
    root,
    imported.filter((name) => name !== FRAMEWORK && names.has(name)),
  );
}

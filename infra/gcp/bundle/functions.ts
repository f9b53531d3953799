import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A function that is deployed: its name is also its entry point and, where it listens to one, its topic. */
export interface DeployedFunction {
  readonly name: string;
  /** File below the project's folder, e.g. `functions/pause/index.ts`. */
  readonly entry: string;
}

/**
 * How a function answers a POST that says nothing it could understand: what listens to a topic puts it on record and acknowledges
 * it; one that only shows takes none, and one that acts does nothing for who may be a page of others.
 */
export function answerToNonsense(name: string): number {
  return { status: 405, operate: 403 }[name] ?? 204;
}

/** A name that no function has, with the names that there are. */
export class UnknownFunction extends Error {}

const INDEX = 'functions/index.ts';

/**
 * Every function that `functions/index.ts` names, in its order.
 *
 * @throws Error when it names none, or one whose file is not there.
 */
export function deployedFunctions(root: string): readonly DeployedFunction[] {
  const index = readFileSync(join(root, INDEX), 'utf8');
  const found = [...index.matchAll(/^import '\.\/([a-z0-9-]+)\/index\.ts';$/gm)].flatMap(([, name]) =>
    name === undefined ? [] : [{ name, entry: `functions/${name}/index.ts` }],
  );
  if (found.length === 0) throw new Error(`${INDEX} names no function: expected import './<name>/index.ts';`);
  for (const { name, entry } of found) {
    if (!existsSync(join(root, entry))) throw new Error(`${INDEX} names ${name}, but there is no ${entry}`);
  }
  return found;
}

/**
 * Those of the given names; all when none is given.
 *
 * @throws UnknownFunction
 */
export function functionsNamed(
  all: readonly DeployedFunction[],
  names: readonly string[],
): readonly DeployedFunction[] {
  const unknown = names.filter((name) => all.every((deployed) => deployed.name !== name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new UnknownFunction(`there is no function ${unknown.join(', ')}; there are ${known}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

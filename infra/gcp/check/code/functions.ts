import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployedFunctions } from '../../bundle/functions.ts';

/** A function as the code has it. */
export interface ProductFunction {
  /** Of its folder, and of the topic it listens to. */
  readonly name: string;
  /** Under which it registers itself with functions-framework: the target that a deployment names. */
  readonly entryPoint: string;
}

/**
 * The functions that `functions/index.ts` names, each with the entry point that its own file registers.
 *
 * @throws Error naming a file that is not in the form that all of them have.
 */
export function productFunctions(root: string): readonly ProductFunction[] {
  return deployedFunctions(root).map(({ name, entry }) => ({ name, entryPoint: entryPointOf(root, entry) }));
}

function entryPointOf(root: string, file: string): string {
  const registered = [...readFileSync(join(root, file), 'utf8').matchAll(/^http\(\s*'([^']+)'/gm)];
  const [only, ...others] = registered.map(([, entryPoint]) => entryPoint ?? '');
  if (only === undefined || others.length > 0)
    throw new Error(`${file} does not register exactly one function`);
  return only;
}

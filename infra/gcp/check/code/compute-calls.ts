import { relative, resolve, sep } from 'node:path';
import type { Compute } from '../../../../shared/compute/compute.ts';
import { PERMISSIONS } from './compute-permissions.ts';
import { filesLoadedBy } from './imports.ts';

const METHODS = new Set(Object.keys(PERMISSIONS));

/** A call of the port: it is `compute` wherever a step has it, on its own or as `ports.compute`. */
const CALL = /\bcompute\s*(?:\n\s*)?\.(\w+)\(/g;

/**
 * Methods of the Compute port that a step may call: those called in a file that it loads. That is more than what one run
 * calls, and never less as long as the port is called `compute` wherever it is used, as it is in every step.
 */
function computeCallsOf(root: string, step: string): ReadonlySet<keyof Compute> {
  const methods = new Set<keyof Compute>();
  const folder = resolve(root, 'shared/steps');
  for (const [path, text] of filesLoadedBy(resolve(folder, step, 'index.ts'))) {
    if (!path.startsWith(folder + sep)) continue;
    for (const [, method = ''] of text.matchAll(CALL)) {
      if (!isMethod(method)) {
        throw new Error(`${relative(root, path)} calls compute.${method}, which is no method of the port`);
      }
      methods.add(method);
    }
  }
  return methods;
}

/** The permissions that the step needs in a shoot's project, sorted. */
export function permissionsOf(root: string, step: string): readonly string[] {
  const needed = [...computeCallsOf(root, step)].flatMap((method) => PERMISSIONS[method]);
  return [...new Set(needed)].toSorted();
}

function isMethod(name: string): name is keyof Compute {
  return METHODS.has(name);
}

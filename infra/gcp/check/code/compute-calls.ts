import { readFileSync } from 'node:fs';
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
  return permissionsFor(computeCallsOf(root, step));
}

/** What is read of cloud and cluster for who only looks (`lookAtCells` in shared/view/read/nodes.ts). */
const LOOK = { file: 'shared/steps/migrate-routes/gather.ts', name: 'gatherClusterRoutes' };

/**
 * The permissions that a look at cloud and cluster needs, sorted: those of the calls in the one function that makes it.
 *
 * @throws Error when that function is not where it was.
 */
export function permissionsOfALook(root: string): readonly string[] {
  const text = readFileSync(resolve(root, LOOK.file), 'utf8');
  const [body] = new RegExp(`\\nexport async function ${LOOK.name}\\([\\s\\S]*?\\n}\\n`).exec(text) ?? [];
  const methods = [...(body ?? '').matchAll(CALL)].map(([, method = '']) => method).filter(isMethod);
  if (methods.length === 0) throw new Error(`${LOOK.file} has no ${LOOK.name} that calls Compute Engine`);
  return permissionsFor(methods);
}

function permissionsFor(methods: Iterable<keyof Compute>): readonly string[] {
  const needed = [...methods].flatMap((method) => PERMISSIONS[method]);
  return [...new Set(needed)].toSorted();
}

function isMethod(name: string): name is keyof Compute {
  return METHODS.has(name);
}

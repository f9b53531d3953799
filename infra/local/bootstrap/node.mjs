import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { readJson } from './json.mjs';

/**
 * The Node to run programs of this project with: the one that the package `node` brought, else the running one if
 * it is new enough; undefined when there is neither.
 */
export function projectNode(root) {
  const brought = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  try {
    // Follows the link, which leads nowhere when install scripts were not run.
    accessSync(brought, constants.X_OK);
    return brought;
  } catch {
    const needed = majorOf(readJson(join(root, 'package.json')).engines.node);
    return majorOf(process.version) >= needed ? process.execPath : undefined;
  }
}

/** The major version in a version or a range such as `v24.1.0` or `>=24`. */
export function majorOf(version) {
  return Number(/\d+/.exec(version)?.[0]);
}

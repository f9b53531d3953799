import type { TestProject } from 'vitest/node';
import { provideBinaries } from './control-plane/provide.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no control plane for the tests; empty when there is. */
    clusterMissing: string;
  }
}

/**
 * Vitest's global set-up of the cluster tests: builds the control plane's binaries where they are missing and Go is there.
 * A build that fails fails the run; without Go all of them are reported as skipped.
 */
export default async function setup(project: TestProject): Promise<void> {
  const outcome = await provideBinaries((line) => process.stderr.write(`${line}\n`));
  if (!outcome.provided) process.stderr.write(`Cluster tests are skipped: ${outcome.reason}\n`);
  project.provide('clusterMissing', outcome.provided ? '' : outcome.reason);
}

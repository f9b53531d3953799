import type { KubeConfig } from '@kubernetes/client-node';
import { InvalidKubeconfig, readKubeconfig } from '../client/kubeconfig.ts';
import { NoAccess } from '../errors.ts';

/**
 * The kubeconfig in a file of the deployment, as it is now. `variable` is the environment variable that names the file.
 *
 * @throws NoAccess
 */
export function kubeconfigInFile(file: string, variable: string): KubeConfig {
  try {
    return readKubeconfig(file);
  } catch (error) {
    throw new NoAccess(
      'KubeconfigUnusable',
      `${variable}: ${problemOf(error)}.`,
      `Put a good kubeconfig there, or set ${variable} to another file, then publish the step again.`,
    );
  }
}

function problemOf(error: unknown): string {
  if (error instanceof InvalidKubeconfig) return error.message;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return `the file cannot be read (${typeof code === 'string' ? code : 'for no reason that is known'})`;
}

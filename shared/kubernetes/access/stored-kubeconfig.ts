import { type KubeConfig, loadYaml } from '@kubernetes/client-node';
import { z } from 'zod';
import { InvalidKubeconfig, parseKubeconfig } from '../client/kubeconfig.ts';
import type { Secret } from './secret.ts';

/**
 * A kubeconfig that came over the network. Unlike one in a file of the deployment it has all that it needs in itself: it may
 * name no file of this machine, and no program that would be run here to get at credentials.
 *
 * @throws InvalidKubeconfig
 */
export function selfContainedKubeconfig(text: Secret): KubeConfig {
  // The client reads such a file as soon as it sees its name, and would send what stands in it as a token.
  if (namesTokenFile(text)) throw needsMore(['token-file']);
  const kubeconfig = parseKubeconfig(text.reveal());
  const cluster = kubeconfig.getCurrentCluster();
  const user = kubeconfig.getCurrentUser();
  if (user === null)
    throw new InvalidKubeconfig('current-context: expected a context whose user is in users');
  const foreign = [
    ...(cluster?.caFile ? ['certificate-authority'] : []),
    ...(user.exec ? ['exec'] : []),
    ...(user.authProvider ? ['auth-provider'] : []),
    ...(user.certFile ? ['client-certificate'] : []),
    ...(user.keyFile ? ['client-key'] : []),
  ];
  if (foreign.length > 0) throw needsMore(foreign);
  return kubeconfig;
}

function needsMore(foreign: readonly string[]): InvalidKubeconfig {
  return new InvalidKubeconfig(
    `${foreign.join(', ')}: expected certificates, keys and tokens in the kubeconfig itself, no file and no program of another machine`,
  );
}

const usersSchema = z.object({
  users: z.array(z.object({ user: z.record(z.string(), z.unknown()) }).catch({ user: {} })),
});

/** Of any user, the current one or not. What is no YAML names none; the parser says what is wrong with it. */
function namesTokenFile(text: Secret): boolean {
  try {
    const { data } = usersSchema.safeParse(loadYaml(text.reveal()));
    return data?.users.some(({ user }) => 'token-file' in user || 'tokenFile' in user) === true;
  } catch {
    return false;
  }
}

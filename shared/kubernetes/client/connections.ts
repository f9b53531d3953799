import type { KubeConfig, RequestContext } from '@kubernetes/client-node';
import { credentialsIn, hideCredentials } from './kubeconfig-secrets.ts';
import { SecretKubeConfig } from './secret-kubeconfig.ts';

/**
 * A kubeconfig whose requests share their connections. The client's own makes an agent for each request (as of 2.0.1), and
 * with it a connection, a TLS handshake, and a socket that stays open for seconds after the answer.
 *
 * A dry run keeps one of its own: it asks what every API server behind the address accepts, and a kept connection would always
 * lead to the same one.
 *
 * Headers are those of the moment. Of a client certificate that is renewed, only a new kubeconfig takes note.
 *
 * Whoever logs one of its users, or puts one into a message, sees no key and no token either.
 */
export class ConnectedKubeConfig extends SecretKubeConfig {
  #dispatcher: ReturnType<RequestContext['getDispatcher']>;
  #authorization: string | undefined;

  override loadFromString(...text: Parameters<KubeConfig['loadFromString']>): void {
    super.loadFromString(...text);
    hideCredentials(this.users);
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    try {
      await super.applySecurityAuthentication(context);
    } catch (error) {
      const user = this.getCurrentUser();
      if (!user?.exec && !user?.authProvider) throw error;
      // Without a cause: it quotes what the program said, and what a program for credentials says may be credentials.
      throw new Error('the program that the kubeconfig names for credentials gave none that can be used');
    }
    this.#authorization = context.getHeaders().Authorization;
    if (isDryRun(context)) return;
    this.#dispatcher ??= context.getDispatcher();
    if (this.#dispatcher !== undefined) context.setDispatcher(this.#dispatcher);
  }

  override credentials(): readonly string[] {
    return credentialsIn(this.users, this.clusters, this.#authorization);
  }
}

function isDryRun(context: RequestContext): boolean {
  return URL.parse(context.getUrl())?.searchParams.has('dryRun') === true;
}

import { inspect } from 'node:util';
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { REPLACEMENT } from '../../secrets.ts';
import { credentialsIn, hideCredentials } from './kubeconfig-secrets.ts';

/**
 * A kubeconfig whose requests share their connections. The client's own makes an agent for each request (as of 2.0.1), and
 * with it a connection, a TLS handshake, and a socket that stays open for seconds after the answer.
 *
 * A dry run keeps one of its own: it asks what every API server behind the address accepts, and a kept connection would always
 * lead to the same one.
 *
 * Headers are those of the moment. Of a client certificate that is renewed, only a new kubeconfig takes note.
 *
 * It is full of keys and tokens, so whoever logs it or puts it into a message sees none of it; nor of its users.
 */
export class ConnectedKubeConfig extends KubeConfig {
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

  /** What no error may quote of the requests that were sent with it. */
  credentials(): readonly string[] {
    return credentialsIn(this.users, this.clusters, this.#authorization);
  }

  override toString(): string {
    return REPLACEMENT;
  }

  toJSON(): string {
    return REPLACEMENT;
  }

  [inspect.custom](): string {
    return REPLACEMENT;
  }
}

function isDryRun(context: RequestContext): boolean {
  return URL.parse(context.getUrl())?.searchParams.has('dryRun') === true;
}

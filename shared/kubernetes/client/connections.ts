import { KubeConfig, type RequestContext } from '@kubernetes/client-node';

/**
 * A kubeconfig whose requests share their connections. The client's own makes an agent for each request (as of 2.0.1), and
 * with it a connection, a TLS handshake, and a socket that stays open for seconds after the answer.
 *
 * A dry run keeps one of its own: it asks what every API server behind the address accepts, and a kept connection would always
 * lead to the same one.
 *
 * Headers are those of the moment. Of a client certificate that is renewed, only a new kubeconfig takes note.
 */
export class ConnectedKubeConfig extends KubeConfig {
  #dispatcher: ReturnType<RequestContext['getDispatcher']>;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    if (isDryRun(context)) return;
    this.#dispatcher ??= context.getDispatcher();
    if (this.#dispatcher !== undefined) context.setDispatcher(this.#dispatcher);
  }
}

function isDryRun(context: RequestContext): boolean {
  return URL.parse(context.getUrl())?.searchParams.has('dryRun') === true;
}

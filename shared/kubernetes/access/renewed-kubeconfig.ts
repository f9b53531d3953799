import type { KubeConfig, RequestContext } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import { type Renewal, SecretKubeConfig } from '../client/secret-kubeconfig.ts';
import type { CredentialSource } from './credentials.ts';
import { HeldCredentials } from './held-credentials.ts';

/** Where the server stands in a kubeconfig that is not there yet. */
const NOT_KNOWN_YET = 'https://not-known-yet.invalid';
/** Kubeconfigs whose requests may still be under way: the present one and, for some seconds, those that it took the place of. */
const MOST_RECENT = 3;

/**
 * A kubeconfig whose server and credentials come from elsewhere, are fetched with the first request and renewed in the middle
 * of a run. The client asks a kubeconfig before each request; this one answers with what is good then.
 */
export class RenewedKubeConfig extends SecretKubeConfig {
  readonly #source: CredentialSource;
  readonly #held: HeldCredentials;
  readonly #sentWith = new WeakMap<RequestContext, KubeConfig>();
  #recent: readonly KubeConfig[] = [];

  constructor(source: CredentialSource, clock: Clock) {
    super();
    this.#source = source;
    this.#held = new HeldCredentials(source, clock);
    this.loadFromClusterAndUser(
      { name: 'renewed', server: NOT_KNOWN_YET, skipTLSVerify: false },
      { name: 'renewed' },
    );
  }

  /** @throws NoAccess, ClusterUnavailable when there are no credentials to be had */
  override async applySecurityAuthentication(request: RequestContext): Promise<void> {
    const kubeconfig = await this.#held.current();
    const server = kubeconfig.getCurrentCluster()?.server ?? NOT_KNOWN_YET;
    request.setUrl(request.getUrl().replace(NOT_KNOWN_YET, () => server.replace(/\/+$/, '')));
    this.#recent = [kubeconfig, ...this.#recent.filter((other) => other !== kubeconfig)].slice(
      0,
      MOST_RECENT,
    );
    await kubeconfig.applySecurityAuthentication(request);
    this.#sentWith.set(request, kubeconfig);
  }

  override get renewal(): Renewal {
    return {
      refused: (request) => {
        const kubeconfig = this.#sentWith.get(request);
        return kubeconfig !== undefined && this.#held.drop(kubeconfig);
      },
      notTaken: (call) => this.#source.notTaken(call),
    };
  }

  override credentials(): readonly string[] {
    return this.#recent.flatMap((each) => (each instanceof SecretKubeConfig ? each.credentials() : []));
  }
}

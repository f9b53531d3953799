import { inspect } from 'node:util';
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import { REPLACEMENT } from '../../secrets.ts';
import { ConnectedKubeConfig } from '../client/connections.ts';
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
export class RenewedKubeConfig extends KubeConfig {
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

  /** The API server answered the request with 401. Whether it is worth another try, with other credentials. */
  refused(request: RequestContext): boolean {
    const kubeconfig = this.#sentWith.get(request);
    return kubeconfig !== undefined && this.#held.drop(kubeconfig);
  }

  /** The error for a call whose request was refused (401) with all credentials that there are. */
  notTaken(call: string): Error {
    return this.#source.notTaken(call);
  }

  /** What no error may quote of the requests that were sent with it. */
  credentials(): readonly string[] {
    return this.#recent.flatMap((each) => (each instanceof ConnectedKubeConfig ? each.credentials() : []));
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

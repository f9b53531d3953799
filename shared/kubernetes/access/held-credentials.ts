import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import { ClusterUnavailable } from '../errors.ts';
import type { CredentialSource } from './credentials.ts';

interface Held {
  readonly kubeconfig: KubeConfig;
  readonly askedAt: number;
  renewAt: number;
  readonly endsAt: number;
}

/** Where a renewal got no answer, the next request tries again only after this. */
const RENEWAL_PAUSE_MS = 30_000;
/** Refused so soon, credentials are not outdated: others that were issued now would be refused just as well. */
const FRESH_MS = 10_000;

/**
 * The credentials for one API server, in this process's memory and nowhere else: fetched when they are first needed, renewed
 * shortly before they end, dropped when the API server does not take them. However many ask at once, one request is sent.
 */
export class HeldCredentials {
  readonly #source: CredentialSource;
  readonly #clock: Clock;
  #held: Held | undefined;
  #fetching: Promise<Held> | undefined;

  constructor(source: CredentialSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * A kubeconfig that is good for longer than a request takes. While the source gives no answer the present one is used to
   * its end; when the source says no, that counts at once.
   *
   * @throws NoAccess, ClusterUnavailable
   */
  async current(): Promise<KubeConfig> {
    const held = this.#held;
    if (held !== undefined && this.#clock.now() < held.renewAt) return held.kubeconfig;
    try {
      return (await this.#fetchOnce()).kubeconfig;
    } catch (error) {
      if (!(error instanceof ClusterUnavailable)) {
        this.#held = undefined;
        throw error;
      }
      const now = this.#clock.now();
      // Dropped meanwhile, it was refused: then it is of no more use.
      if (held === undefined || this.#held !== held || now >= held.endsAt) throw error;
      held.renewAt = now + RENEWAL_PAUSE_MS;
      return held.kubeconfig;
    }
  }

  /**
   * The API server did not take this one (401). Whether others are worth a try: not when it had only just been issued.
   * Repeatable: many requests may have been sent with it.
   */
  drop(kubeconfig: KubeConfig): boolean {
    const held = this.#held;
    if (held?.kubeconfig !== kubeconfig) return true;
    if (Math.abs(this.#clock.now() - held.askedAt) < FRESH_MS) return false;
    this.#held = undefined;
    return true;
  }

  #fetchOnce(): Promise<Held> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<Held> {
    // The life counts from the question: the answer may have been long in coming.
    const askedAt = this.#clock.now();
    const { kubeconfig, renewAfterMs, endAfterMs } = await this.#source.fetch();
    this.#held = { kubeconfig, askedAt, renewAt: askedAt + renewAfterMs, endsAt: askedAt + endAfterMs };
    return this.#held;
  }
}

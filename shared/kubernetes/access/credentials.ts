import type { KubeConfig } from '@kubernetes/client-node';

/** Credentials for an API server, and how long they are of use. */
export interface Credentials {
  readonly kubeconfig: KubeConfig;
  /** Until new ones are asked for; they are still good for a while then. Milliseconds from when they were asked for. */
  readonly renewAfterMs: number;
  /** Until they are not used any more, even if no others are to be had. */
  readonly endAfterMs: number;
}

/** Where the credentials for one API server come from. Keeps none itself. */
export interface CredentialSource {
  /**
   * Asks for credentials anew, once; whoever needs them has patience.
   *
   * @throws NoAccess, ClusterUnavailable
   */
  fetch(): Promise<Credentials>;
  /** What it means, and who can do what about it, that the API server does not take what was just fetched. */
  notTaken(call: string): Error;
}

/** Renewed so long before the end: a whole run, so that what is begun with them is finished with them. */
const MARGIN_MS = 300_000;
/** Before the end nothing new is begun: a request under way has an answer or is given up by then. */
const LAST_REQUEST_MS = 30_000;

/** How long what ends after so many milliseconds is used; of a short life, the last third is for the renewal. */
export function lifeOf(goodForMs: number): Pick<Credentials, 'renewAfterMs' | 'endAfterMs'> {
  return {
    renewAfterMs: goodForMs - Math.min(MARGIN_MS, goodForMs / 3),
    endAfterMs: goodForMs - Math.min(LAST_REQUEST_MS, goodForMs / 10),
  };
}

import { inspect } from 'node:util';
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { REPLACEMENT } from '../../secrets.ts';

/** What gets other credentials in the place of those that an API server does not take. */
export interface Renewal {
  /** The API server answered the request with 401. Whether it is worth another try, with other credentials. */
  refused(request: RequestContext): boolean;
  /** The error for a call whose request was refused (401) with all credentials that there are. */
  notTaken(call: string): Error;
}

/**
 * A kubeconfig is full of keys and tokens. Whoever logs this one or puts it into a message sees none of them; and it tells what
 * must not be told of the requests that were sent with it.
 */
export abstract class SecretKubeConfig extends KubeConfig {
  /** Undefined where there are no credentials but those that are there. */
  get renewal(): Renewal | undefined {
    return undefined;
  }

  /** What no error may quote of the requests that were sent with it. */
  abstract credentials(): readonly string[];

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

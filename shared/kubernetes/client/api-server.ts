import {
  type ConfigurationOptions,
  type KubeConfig,
  Observable,
  PatchStrategy,
  type RequestContext,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { withinDeadline } from '../../deadline.ts';
import type { RetryPolicy } from '../../retry.ts';
import { retry } from '../../retry.ts';
import { ClusterObjectMissing, ClusterRefused, ClusterUnavailable, NoAccess } from '../errors.ts';
import { clusterError, wasAnswered } from './answers.ts';
import { type ApiClients, apiClients } from './api-clients.ts';
import { boundedAnswer } from './bounded-answer.ts';
import { tellWithout } from './kubeconfig-secrets.ts';
import { SecretKubeConfig } from './secret-kubeconfig.ts';
import type { Transport } from './transport.ts';

export interface ApiServerOptions {
  readonly kubeconfig: KubeConfig;
  /**
   * Answers all requests in place of a socket, without credentials and without a deadline of the wall's clock; of the
   * kubeconfig, only the server's address is then used.
   */
  readonly transport?: Transport;
  /** In place of the generated clients over the transport: they answer alike, with less ado. */
  readonly clients?: ApiClients;
  /** Times the pauses between retries. */
  readonly clock: Clock;
  readonly log?: Logger;
  /** Ends calls and pauses; they then throw its reason. What was asked for may still happen. */
  readonly signal?: AbortSignal;
  /** Wall time until an answer must have come; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** A number in [0, 1) that spreads the pauses. */
  readonly random?: () => number;
}

/**
 * What a patch is and does: `strategic` merges lists of built-in kinds by key, `merge` replaces every list, `apply` makes
 * the object be as given in everything that is given.
 */
export type PatchKind = 'merge' | 'strategic' | 'apply';

/** An object, as far as a guarded change looks at it. */
interface Versioned {
  readonly metadata?: { readonly resourceVersion?: string };
}

interface Patch {
  readonly metadata?: object;
  readonly [field: string]: unknown;
}

interface GuardedChange<Present extends Versioned> {
  /** How messages name it: `Deployment kube-system/coredns`. */
  readonly object: string;
  readonly read: (options: ConfigurationOptions) => Promise<Present>;
  /** The patch that makes it as wanted; undefined when it is. */
  readonly patchOf: (present: Present) => Patch | undefined;
  readonly kind: Exclude<PatchKind, 'apply'>;
  readonly send: (body: Patch, options: ConfigurationOptions) => Promise<unknown>;
}

/** Six seconds of pauses at the very least: an API server that is rolled, as for another service range, is away for some. */
const PATIENCE: RetryPolicy = { attempts: 6, firstPauseMs: 500, longestPauseMs: 5_000 };
const REQUEST_TIMEOUT_MS = 30_000;

const CONTENT_TYPE = {
  merge: PatchStrategy.MergePatch,
  strategic: PatchStrategy.StrategicMergePatch,
  apply: PatchStrategy.ServerSideApply,
} satisfies Record<PatchKind, string>;

/** An API server, asked with this adapter's patience, deadlines and translation of errors. */
export class ApiServer implements ApiClients {
  readonly core: ApiClients['core'];
  readonly apps: ApiClients['apps'];
  readonly authorization: ApiClients['authorization'];
  readonly discovery: ApiClients['discovery'];
  readonly networking: ApiClients['networking'];
  readonly policy: ApiClients['policy'];
  readonly scheduling: ApiClients['scheduling'];
  readonly custom: ApiClients['custom'];
  readonly #options: ApiServerOptions;

  constructor(options: ApiServerOptions) {
    const { kubeconfig, transport, clients = apiClients(kubeconfig, transport) } = options;
    this.core = clients.core;
    this.apps = clients.apps;
    this.authorization = clients.authorization;
    this.discovery = clients.discovery;
    this.networking = clients.networking;
    this.policy = clients.policy;
    this.scheduling = clients.scheduling;
    this.custom = clients.custom;
    this.#options = options;
  }

  /**
   * Sends a request that changes nothing, a few times if no answer comes.
   *
   * @throws ClusterObjectMissing on 404, if `object` is given; ClusterUnavailable, ClusterRefused.
   */
  read<Answer>(
    call: string,
    send: (options: ConfigurationOptions) => Promise<Answer>,
    object?: string,
  ): Promise<Answer> {
    // A dry run of a creation meets what changes a quota or an allocator at the same time.
    return this.#undisturbed(call, async () => something(call, await this.once(call, send, object)));
  }

  /** The named object; its name is all that messages need. */
  get<Answer>(object: string, send: (options: ConfigurationOptions) => Promise<Answer>): Promise<Answer> {
    return this.read(`get ${object}`, send, object);
  }

  /**
   * Changes an object only from the state that was read. A conflict, or an answer that got lost, leads back to reading;
   * so nobody's change is undone, a change that had happened is not made again, and repeating is always safe.
   */
  async change<Present extends Versioned>(change: GuardedChange<Present>): Promise<void> {
    const { object, kind } = change;
    const attempt = async (): Promise<void> => {
      const present = await this.once(`get ${object}`, change.read, object);
      const patch = change.patchOf(present);
      if (patch === undefined) return;
      this.#options.log?.debug({ object }, 'patching');
      const { resourceVersion } = present.metadata ?? {};
      const body = { ...patch, metadata: { ...patch.metadata, resourceVersion } };
      await this.once(`patch ${object}`, (options) => change.send(body, asPatch(kind, options)), object);
    };
    await this.#undisturbed(`patch ${object}`, attempt);
  }

  /** Brings an object that is ours alone about by server-side apply, whether it is there or not. */
  async apply(object: string, send: (options: ConfigurationOptions) => Promise<unknown>): Promise<void> {
    const call = `apply ${object}`;
    await this.#undisturbed(call, () => this.once(call, (options) => send(asPatch('apply', options))));
  }

  /** Deletes an object; nothing happens when it is gone. */
  async delete(object: string, send: (options: ConfigurationOptions) => Promise<unknown>): Promise<void> {
    const attempt = async () => {
      try {
        await this.once(`delete ${object}`, send, object);
      } catch (error) {
        if (!(error instanceof ClusterObjectMissing)) throw error;
      }
    };
    await this.#retry(attempt, mayPass);
  }

  /**
   * Sends a request exactly once; a second time only where the first one's credentials were not taken and others are to be had,
   * so that nothing was done.
   */
  async once<Answer>(
    call: string,
    send: (options: ConfigurationOptions) => Promise<Answer>,
    object?: string,
  ): Promise<Answer> {
    const renewal = this.#secretKubeconfig()?.renewal;
    if (renewal === undefined) return await this.#send(call, send, object);
    for (let tries = 1; ; tries += 1) {
      let sent: RequestContext | undefined;
      const note = (request: RequestContext) => {
        sent = request;
      };
      try {
        return await this.#send(call, send, object, note);
      } catch (error) {
        if (sent === undefined || !wasAnswered(error, 401)) throw error;
        if (!renewal.refused(sent) || tries > 1) throw renewal.notTaken(call);
      }
    }
  }

  async #send<Answer>(
    call: string,
    send: (options: ConfigurationOptions) => Promise<Answer>,
    object: string | undefined,
    note?: (request: RequestContext) => void,
  ): Promise<Answer> {
    const { signal, transport, requestTimeoutMs = REQUEST_TIMEOUT_MS } = this.#options;
    signal?.throwIfAborted();
    // What answers in place of a server need not live by the wall's clock, and always answers or fails.
    const tooLate = transport === undefined ? new AbortController() : undefined;
    try {
      const signals = [signal, tooLate?.signal].filter((each) => each !== undefined);
      const answer = send(withSignal(signals, note));
      return tooLate === undefined
        ? await answer
        : await withinDeadline('the request', requestTimeoutMs, answer);
    } catch (error) {
      signal?.throwIfAborted();
      tooLate?.abort();
      const credentials = this.#secretKubeconfig()?.credentials();
      if (credentials !== undefined) tellWithout(credentials, error);
      throw clusterError(call, error, object);
    }
  }

  /** Undefined over a transport: nothing is sent then that could be refused or told. */
  #secretKubeconfig(): SecretKubeConfig | undefined {
    const { kubeconfig, transport } = this.#options;
    return transport === undefined && kubeconfig instanceof SecretKubeConfig ? kubeconfig : undefined;
  }

  /** Who changes the object again and again is done at some time: until then it cannot be had, and nobody has refused it. */
  async #undisturbed<Result>(call: string, attempt: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#retry(attempt, (error) => mayPass(error) || wasAnswered(error, 409));
    } catch (error) {
      if (!(error instanceof ClusterRefused) || error.reason !== 'Conflict') throw error;
      throw new ClusterUnavailable(call, 'it was changed by somebody else at every try', { cause: error });
    }
  }

  #retry<Result>(
    attempt: () => Promise<Result>,
    isWorthARetry: (error: unknown) => boolean,
  ): Promise<Result> {
    const { clock, signal, random } = this.#options;
    return retry(attempt, { ...PATIENCE, clock, signal, random, isWorthARetry });
  }
}

/** The client hands on a body of `null` as if it were what was asked for. */
function something<Answer>(call: string, answer: Answer): Answer {
  if (answer !== null) return answer;
  throw new ClusterRefused(call, 'AnswerNotUnderstood', 'expected an object, got null');
}

/**
 * Whether the same request may be answered otherwise in a moment. "Forbidden" too: an API server that has just started knows no
 * roles for some seconds and refuses everybody (seen with v1.35, before its `/readyz`). And "Unauthorized": it knows no tokens of
 * an issuer whose keys it has not fetched yet ("authenticator not initialized", apiserver's
 * `plugin/pkg/authenticator/token/oidc`).
 */
function mayPass(error: unknown): boolean {
  return error instanceof ClusterUnavailable || wasAnswered(error, 403) || isNotTaken(error);
}

function isNotTaken(error: unknown): boolean {
  return wasAnswered(error, 401) || (error instanceof NoAccess && error.reason === 'CredentialsNotTaken');
}

function asPatch(kind: PatchKind, options: ConfigurationOptions): ConfigurationOptions {
  return setHeaderOptions('Content-Type', CONTENT_TYPE[kind], options);
}

/** The request ends with whichever aborts first; `note` is told of it when it has its credentials. Its answer is bounded. */
function withSignal(
  signals: readonly AbortSignal[],
  note: ((request: RequestContext) => void) | undefined,
): ConfigurationOptions {
  const [first, ...others] = signals;
  if (first === undefined) return {};
  const signal = others.length === 0 ? first : AbortSignal.any([...signals]);
  return {
    middleware: [
      {
        pre: (request) => {
          request.setSignal(signal);
          note?.(request);
          return new Observable(Promise.resolve(request));
        },
        post: (response) => new Observable(Promise.resolve(boundedAnswer(response))),
      },
    ],
    middlewareMergeStrategy: 'append',
  };
}

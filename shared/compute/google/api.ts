import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { RetryPolicy } from '../../retry.ts';
import { retry } from '../../retry.ts';
import { ComputeRefused, FingerprintStale } from '../errors.ts';
import type { Answered, Clients, RequestOptions } from './calls.ts';
import { statusOf, translated } from './client-errors.ts';
import { followOperation } from './operations.ts';
import { RateExceeded, ShortTrouble } from './trouble.ts';

/** What all methods of the adapter work with. */
export interface ApiSettings {
  readonly project: string;
  readonly region: string;
  readonly clients: Clients;
  readonly clock: Clock;
  readonly log?: Logger | undefined;
  /** Aborts calls and waits; they then throw its reason. */
  readonly signal?: AbortSignal | undefined;
  /** A number in [0, 1) for the spread of pauses. */
  readonly random?: (() => number) | undefined;
  /** A UUID that was not given out before: each tells one change from another. */
  readonly newRequestId: () => string;
}

const SHORT_TROUBLE: RetryPolicy = { attempts: 7, firstPauseMs: 1_000, longestPauseMs: 30_000 };

/** Two minutes of pauses at the very least, so that two refills of a quota by the minute are seen. */
const RATE_EXCEEDED: RetryPolicy = { attempts: 7, firstPauseMs: 5_000, longestPauseMs: 90_000 };

/** Another update of the same NIC or subnet answers 412 for as long as it is in flight: some seconds. */
const STALE: RetryPolicy = { attempts: 6, firstPauseMs: 500, longestPauseMs: 8_000 };

const REQUEST_TIMEOUT_MS = 60_000;

const PLAINLY = { retry: null, timeout: Number.POSITIVE_INFINITY, autoPaginate: false } as const;

/** One project and region of Compute Engine, with this adapter's patience and its translation of errors. */
export class Api {
  readonly project: string;
  readonly region: string;
  readonly clients: Clients;
  readonly #settings: ApiSettings;

  constructor(settings: ApiSettings) {
    this.project = settings.project;
    this.region = settings.region;
    this.clients = settings.clients;
    this.#settings = settings;
  }

  /** Sends a request that changes nothing, again when that is worth it. */
  read<Answer>(
    call: string,
    send: (options: RequestOptions) => Promise<Answer>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<Answer> {
    return this.#patiently(call, () => this.once(call, send, timeoutMs));
  }

  /**
   * Sends a request that changes something and resolves when its operation is done. The `requestId` stays the same as
   * long as nobody knows whether the request was taken, so that the API answers a repetition with the operation it has
   * already started; an operation that failed gets a new one (gcp-compute-semantics.md §4.2).
   */
  async change(
    call: string,
    send: (requestId: string, options: RequestOptions) => Promise<Answered>,
  ): Promise<void> {
    let requestId = this.#settings.newRequestId();
    await this.#patiently(call, async () => {
      this.#settings.log?.debug({ call, requestId }, 'changing');
      const started = await this.#unlessUnchanged(() =>
        this.once(call, (options) => send(requestId, options)),
      );
      if (started === undefined) return;
      const failure = await followOperation(this, call, started);
      if (failure === undefined) return;
      requestId = this.#settings.newRequestId();
      throw failure;
    });
  }

  /** Reads and changes again, a bounded number of times, when somebody else changed the resource in between. */
  whileStale<Result>(readAndChange: () => Promise<Result>): Promise<Result> {
    return this.#retry(STALE, readAndChange, (error) => error instanceof FingerprintStale);
  }

  /**
   * Sends a request exactly once, and gives it up after `timeoutMs` of wall time.
   *
   * @throws ComputeError; the signal's reason when it aborts.
   */
  async once<Answer>(
    call: string,
    send: (options: RequestOptions) => Promise<Answer>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<Answer> {
    const { signal: given } = this.#settings;
    given?.throwIfAborted();
    try {
      return await this.clients.within(timeoutMs, given, (signal) =>
        send(signal === undefined ? PLAINLY : { ...PLAINLY, signal }),
      );
    } catch (error) {
      given?.throwIfAborted();
      throw translated(call, error);
    }
  }

  /** Waits on this adapter's clock. */
  async pause(milliseconds: number): Promise<void> {
    await this.#settings.clock.sleep(milliseconds, this.#settings.signal);
  }

  warn(call: string, message: string): void {
    this.#settings.log?.warn({ call }, message);
  }

  /** An answer in the shape that this adapter relies on. */
  understood<Schema extends z.ZodType>(call: string, schema: Schema, answer: unknown): z.output<Schema> {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new ComputeRefused(call, 'answerNotUnderstood', z.prettifyError(parsed.error));
  }

  #patiently<Result>(call: string, attempt: () => Promise<Result>): Promise<Result> {
    const short = () =>
      this.#retry(SHORT_TROUBLE, attempt, (error) => this.#isWorth(call, error, ShortTrouble));
    return this.#retry(RATE_EXCEEDED, short, (error) => this.#isWorth(call, error, RateExceeded));
  }

  #isWorth(call: string, error: unknown, kind: typeof ShortTrouble | typeof RateExceeded): boolean {
    if (!(error instanceof kind)) return false;
    this.#settings.log?.warn({ call, error: error.message }, 'trying again');
    return true;
  }

  #retry<Result>(
    policy: RetryPolicy,
    attempt: () => Promise<Result>,
    isWorthARetry: (error: unknown) => boolean,
  ): Promise<Result> {
    const { clock, signal, random } = this.#settings;
    return retry(attempt, { ...policy, clock, signal, random, isWorthARetry });
  }

  /** A PATCH without effect may be answered with 304, which the client takes for an error (gcp-compute-semantics.md §1.1). */
  async #unlessUnchanged(send: () => Promise<Answered>): Promise<unknown> {
    try {
      const [started] = await send();
      return started;
    } catch (error) {
      if (error instanceof ComputeRefused && statusOf(error.cause) === 304) return undefined;
      throw error;
    }
  }
}

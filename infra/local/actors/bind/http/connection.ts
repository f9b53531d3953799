import type { KubeConfig } from '@kubernetes/client-node';
import { createConfiguration, HttpMethod, RequestContext } from '@kubernetes/client-node';
import type { Json, JsonObject } from '../../../cluster/object/json.ts';
import { objectAt, stringAt } from '../../../cluster/object/json.ts';
import { ApiError } from '../../../cluster/rules/errors.ts';

export type Query = Readonly<Record<string, string>>;

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** From the server's root: `/api/v1/nodes`. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: JsonObject;
  /** Of the body; JSON unless given. */
  readonly contentType?: string;
}

const METHODS = {
  GET: HttpMethod.GET,
  POST: HttpMethod.POST,
  PATCH: HttpMethod.PATCH,
  PUT: HttpMethod.PUT,
  DELETE: HttpMethod.DELETE,
} as const;

/** An answer that takes longer than this is not awaited any more. Wall time: sockets live by it. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * A way to an API server for callers that want its JSON as it is. The generated clients make dates of times and leave out
 * fields that they do not know.
 */
export class ApiConnection {
  readonly kubeconfig: KubeConfig;
  readonly #http = createConfiguration().httpApi;
  readonly #server: string;
  readonly #closed = new AbortController();

  /** @throws TypeError when the kubeconfig names no cluster. */
  constructor(kubeconfig: KubeConfig) {
    const cluster = kubeconfig.getCurrentCluster();
    if (cluster === null) throw new TypeError('the kubeconfig names no current cluster');
    this.kubeconfig = kubeconfig;
    this.#server = cluster.server.replace(/\/$/, '');
  }

  /**
   * @throws ApiError with the server's own Status when it refuses; any other error when no answer came, in which case what was
   *   asked for may have happened.
   */
  async send({ method, path, query = {}, body, contentType }: ApiCall): Promise<Json> {
    const url = new URL(`${this.#server}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const request = new RequestContext(url.toString(), METHODS[method]);
    request.setHeaderParam('Accept', 'application/json');
    if (body !== undefined) {
      request.setHeaderParam('Content-Type', contentType ?? 'application/json');
      request.setBody(JSON.stringify(body));
    }
    request.setSignal(AbortSignal.any([this.#closed.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]));
    await this.kubeconfig.applySecurityAuthentication(request);
    const response = await this.#http.send(request).toPromise();
    const text = await response.body.text();
    const answer = jsonIn(text);
    if (response.httpStatusCode < 400) return answer ?? text;
    const reason = stringAt(answer, 'reason') ?? `HTTP ${response.httpStatusCode}`;
    const message = stringAt(answer, 'message') ?? text.slice(0, 200);
    throw new ApiError(response.httpStatusCode, reason, `${method} ${path}: ${message}`, {
      ...objectAt(answer, 'details'),
    });
  }

  /** Ends calls under way and refuses later ones. Repeatable. */
  close(): void {
    this.#closed.abort(new Error('the connection to the API server was closed'));
  }
}

function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

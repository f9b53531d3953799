import { ApiException, type ConfigurationOptions, HttpMethod, RequestContext } from '@kubernetes/client-node';
import type { Transport } from '../../../../shared/kubernetes/client/index.ts';
import { unlessAborted } from '../../../../shared/unless-aborted.ts';
import { withoutStack } from '../../without-stack.ts';
import type { Json } from '../object/json.ts';
import { contentOf, type DirectCall, directRequest } from './direct-call.ts';

/** Parameters of the generated calls that belong into the query, and what they are called there; in the order of theirs. */
const QUERY = [
  ['_continue', 'continue'],
  ['dryRun', 'dryRun'],
  ['fieldManager', 'fieldManager'],
  ['fieldSelector', 'fieldSelector'],
  ['fieldValidation', 'fieldValidation'],
  ['force', 'force'],
  ['gracePeriodSeconds', 'gracePeriodSeconds'],
  ['labelSelector', 'labelSelector'],
  ['limit', 'limit'],
  ['propagationPolicy', 'propagationPolicy'],
  ['resourceVersion', 'resourceVersion'],
  ['resourceVersionMatch', 'resourceVersionMatch'],
] as const;

/** What the generated clients say of a body when nobody says anything else. */
const DEFAULT_CONTENT_TYPES: Readonly<Record<string, string | undefined>> = {
  create: 'application/json',
  delete: 'application/json',
  patch: 'application/json-patch+json',
};

/** Parameters of a generated call, as far as they are known here. */
export type Parameters = { readonly [Name in (typeof QUERY)[number][0]]?: string | number | boolean } & {
  readonly body?: unknown;
};

/** Asks one API server over a transport, as the generated clients do, but with calls instead of text. */
export class DirectClient {
  readonly #transport: Transport;
  readonly #server: string;

  constructor(transport: Transport, server: string) {
    this.#transport = transport;
    this.#server = server;
  }

  /**
   * What the server answers. Of the options' middleware only what it does to requests is heeded.
   *
   * @throws ApiException as the generated clients' response processors, and what the transport throws.
   */
  async ask(
    target: DirectCall['target'],
    parameters: Parameters,
    options: ConfigurationOptions | undefined,
  ): Promise<Json> {
    let request = new RequestContext(this.#server, HttpMethod.GET);
    const { body } = parameters;
    const contentType = DEFAULT_CONTENT_TYPES[target === 'access review' ? 'create' : target.verb];
    if (contentType !== undefined) request.setHeaderParam('Content-Type', contentType);
    for (const { pre } of options?.middleware ?? []) request = await pre(request).toPromise();
    const signal = request.getSignal();
    const call = { target, query: queryOf(parameters), body, headers: request.getHeaders() };
    const answer = await unlessAborted(this.#transport(directRequest(call, this.#server, signal)), signal);
    const { status, headers } = answer;
    if (status >= 200 && status <= 299) return contentOf(answer);
    if (status === 401) throw refused(status, 'Unauthorized', undefined, { ...headers });
    throw refused(status, 'Unknown API Status Code!', answer.body, { ...headers });
  }
}

/** The adapter looks at what it says, and throws an error of its own. */
function refused(...answer: ConstructorParameters<typeof ApiException>): Error {
  return withoutStack(() => new ApiException(...answer));
}

function queryOf(parameters: Parameters): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, text] of QUERY) {
    const value = parameters[name];
    if (value !== undefined) query.set(text, String(value));
  }
  return query;
}

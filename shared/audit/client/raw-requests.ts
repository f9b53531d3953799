import {
  ApiException,
  type Configuration,
  type ConfigurationOptions,
  HttpMethod,
  type Observable,
  type RequestContext,
} from '@kubernetes/client-node';

export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly document: object };
}

/**
 * Requests with the client's connection and credentials, but without its models: an audit looks at kinds of any group, and what
 * it suggests must have every field of what it found, those included that the models do not know.
 */
export class RawRequests {
  readonly #configuration: Configuration;

  /** As `KubeConfig.makeApiClient` calls it. */
  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  /** @throws ApiException for an error's status, SyntaxError for an answer that is no JSON. */
  async send(
    { method, path, query = {}, body }: RawRequest,
    options: ConfigurationOptions,
  ): Promise<unknown> {
    const { baseServer, authMethods, httpApi, middleware } = this.#configuration;
    let request = baseServer.makeRequestContext(path, HttpMethod[method]);
    request.setHeaderParam('Accept', 'application/json');
    for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
    if (body !== undefined) {
      request.setHeaderParam('Content-Type', body.contentType);
      request.setBody(JSON.stringify(body.document));
    }
    await authMethods.default?.applySecurityAuthentication(request);
    for (const { pre } of [...middleware, ...(options.middleware ?? [])]) request = await now(pre(request));
    const answer = await httpApi.send(request).toPromise();
    const text = await answer.body.text();
    if (answer.httpStatusCode < 200 || answer.httpStatusCode > 299) {
      throw new ApiException(answer.httpStatusCode, 'not done', text, answer.headers);
    }
    return JSON.parse(text);
  }
}

function now(request: Observable<RequestContext>): Promise<RequestContext> {
  return request.toPromise();
}

import type { Configuration, HttpLibrary, KubeConfig, RequestContext } from '@kubernetes/client-node';
import {
  createConfiguration,
  Observable,
  ResponseContext,
  ServerConfiguration,
} from '@kubernetes/client-node';
import { unlessAborted } from '../../unless-aborted.ts';

/** A request of the Kubernetes client, as it would go over the wire. */
export interface TransportRequest {
  readonly method: string;
  /** Absolute, e.g. `https://api.example.org/api/v1/nodes?limit=500`. */
  readonly url: URL;
  readonly headers: Headers;
  /** Undefined for requests without a body. */
  readonly body: string | undefined;
  /** Aborts when the caller does not wait any more. */
  readonly signal: AbortSignal | undefined;
}

export interface TransportAnswer {
  readonly status: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers requests in place of a socket. An answer with an error's status is an answer; a rejection stands for a
 * connection that broke. When the request's signal aborts, nobody waits for the answer any more.
 */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

/** How the generated clients are told to send everything through the transport, to the kubeconfig's server. */
export function configurationOver(transport: Transport, kubeconfig: KubeConfig): Configuration {
  const cluster = kubeconfig.getCurrentCluster();
  if (cluster === null) throw new TypeError('the kubeconfig names no current cluster');
  const httpApi: HttpLibrary = { send: (request) => new Observable(sent(transport, request)) };
  return createConfiguration({ baseServer: new ServerConfiguration(cluster.server, {}), httpApi });
}

async function sent(transport: Transport, request: RequestContext): Promise<ResponseContext> {
  const body = request.getBody();
  const url = request.getUrl();
  if (body !== undefined && typeof body !== 'string') throw new Error(`expected a body of text for ${url}`);
  const signal = request.getSignal();
  const answer = transport({
    method: request.getHttpMethod(),
    url: new URL(url),
    headers: new Headers(request.getHeaders()),
    body,
    signal,
  });
  const { status, headers, body: text } = await unlessAborted(answer, signal);
  return new ResponseContext(status, { ...headers }, bodyOf(text));
}

function bodyOf(text: string) {
  return {
    text: async () => text,
    binary: async () => Buffer.from(text),
    stream: () => null,
  };
}

/** A request of Google's clients, as it would go over the wire. */
export interface TransportRequest {
  readonly method: string;
  /** Absolute, e.g. `https://compute.googleapis.com/compute/v1/projects/p/global/routes?`. */
  readonly url: URL;
  readonly headers: Headers;
  /** Undefined for requests without a body. */
  readonly body: string | undefined;
  /** Aborts when the caller does not wait any more. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Answers requests of Google's clients in place of a socket. An answer with an error's status is an answer; a rejection
 * stands for a connection that broke.
 */
export type Transport = (request: TransportRequest) => Promise<Response>;

/** The transport in the form that Google's clients take: of `fetch`, the part that they use. */
export function fetchOver(transport: Transport): typeof fetch {
  return async (input, init = {}) => {
    if (input instanceof Request) throw new Error('expected a URL and options in place of a Request');
    const { method = 'GET', headers, body, signal } = init;
    if (body != null && typeof body !== 'string') throw new Error(`expected a body of text for ${input}`);
    return await transport({
      method,
      url: new URL(input),
      headers: new Headers(headers),
      body: body ?? undefined,
      signal: signal ?? undefined,
    });
  };
}

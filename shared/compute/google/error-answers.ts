import type { GoogleAuth, GoogleAuthOptions } from 'google-auth-library';

/** An answer of the server that is an error, as it came. */
export class ErrorAnswer extends Error {
  readonly httpStatus: number;
  readonly body: string;

  constructor(httpStatus: number, body: string) {
    super(`HTTP ${httpStatus}: ${body.slice(0, 1_000)}`);
    this.name = 'ErrorAnswer';
    this.httpStatus = httpStatus;
    this.body = body;
  }
}

/**
 * The authentication that all requests go through. Answers that are errors become {@link ErrorAnswer}s here, before
 * google-gax sees them: it would load its error types anew for each of them, some ten milliseconds of CPU at a time, and
 * a rate limit refuses by the hundred. It also keeps the reason, of which Compute Engine's own form gets lost in its
 * errors (gcp-compute-semantics.md §6.6).
 */
export async function authentication(options: GoogleAuthOptions): Promise<GoogleAuth> {
  const library = await import('google-auth-library');
  class Authentication extends library.GoogleAuth {
    override async fetch<T>(...request: Parameters<GoogleAuth['fetch']>) {
      const response = await super.fetch<T>(...request).catch((error: unknown) => {
        throw rejectedAnswer(error) ?? error;
      });
      if (response.ok) return response;
      throw new ErrorAnswer(response.status, await response.text());
    }
  }
  return new Authentication(options);
}

/**
 * 401 and 403 come as rejections, after the credentials were renewed in vain; their body has been read by then. The
 * rejection itself is left behind: all that it says besides is the body once more, in what operators get to read.
 */
function rejectedAnswer(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof Error) || !('response' in error)) return undefined;
  const { response } = error;
  if (typeof response !== 'object' || response === null) return undefined;
  if (!('status' in response) || typeof response.status !== 'number') return undefined;
  const data = 'data' in response ? response.data : undefined;
  return new ErrorAnswer(response.status, typeof data === 'string' ? data : error.message);
}

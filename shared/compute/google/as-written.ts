import type { Api, RequestOptions } from './api.ts';
import { ErrorAnswer } from './error-answers.ts';
import { ShortTrouble } from './trouble.ts';

/** A PATCH whose body is sent as it stands. */
export interface Patch {
  /** Segments below `/compute/v1/`, not encoded. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: object;
}

/**
 * Sends what Google's clients cannot: they leave empty lists out of a body, and so can take nothing away
 * (gcp-compute-semantics.md §6.6). Travels and is authenticated like their requests, and resolves with what they give for
 * a call that started an operation.
 *
 * @throws ErrorAnswer; ShortTrouble when no answer came.
 */
export async function sendAsWritten(
  api: Api,
  call: string,
  { path, query, body }: Patch,
  { signal }: RequestOptions,
): Promise<readonly [{ readonly latestResponse: unknown }]> {
  const { origin, auth } = await api.clients.connection();
  const url = `${origin}/compute/v1/${path.map(encodeURIComponent).join('/')}?${new URLSearchParams(query)}`;
  const text = await auth
    .fetch({
      url,
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      responseType: 'stream',
      signal,
    })
    .then((response) => response.text())
    .catch((error: unknown) => {
      if (error instanceof ErrorAnswer) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ShortTrouble(call, `no answer: ${why}`, { cause: error });
    });
  return [{ latestResponse: JSON.parse(text) }];
}

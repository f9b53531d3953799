import { ComputeRefused } from '../errors.ts';
import type { Api } from './api.ts';
import type { Patch, RequestOptions } from './calls.ts';
import { ErrorAnswer } from './error-answers.ts';
import { ShortTrouble } from './trouble.ts';

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
  patch: Patch,
  { signal }: RequestOptions,
): Promise<readonly [{ readonly latestResponse: unknown }]> {
  const text = await api.clients.patch(patch, signal).catch((error: unknown) => {
    if (error instanceof ErrorAnswer) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new ShortTrouble(call, `no answer: ${why}`, { cause: error });
  });
  try {
    return [{ latestResponse: JSON.parse(text) }];
  } catch {
    throw new ComputeRefused(call, 'answerNotUnderstood', `expected JSON, got ${text.length} characters`);
  }
}

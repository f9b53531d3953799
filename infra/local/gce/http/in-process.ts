import type { Transport } from '../../../../shared/compute/google/index.ts';
import { loadClientsOverTransports } from '../../../../shared/compute/google/index.ts';
import { unlessAborted } from '../../../../shared/unless-aborted.ts';
import { answered } from '../direct/answers.ts';
import type { AnswerRequest } from './server.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/**
 * The simulator as Google's clients reach it without a socket: the real adapter and the real clients then run over it in
 * one process, on whatever clock the simulator has. Resolves when the clients are loaded, because loading reads files, and
 * no virtual clock waits for that. google-gax hands each answer over in an immediate of its own, so a virtual clock has to
 * let some turns of the event loop go by before it wakes the next sleeper.
 */
export async function inProcessTransport(simulator: { readonly answer: AnswerRequest }): Promise<Transport> {
  await loadClientsOverTransports();
  return async ({ method, url, headers, body = '', signal }) => {
    const request: WireRequest = {
      method,
      url: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(headers),
      body,
    };
    return response(await unlessAborted(answered(simulator.answer, request), signal));
  };
}

function response({ status, body }: WireAnswer): Response {
  const headers = { 'content-type': 'application/json; charset=UTF-8' };
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { KeyPair } from './certificates.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** GETs from a server on loopback, as the holder of a client certificate. `authority` is PEM. */
export async function secureGet(
  { port, path }: { readonly port: number; readonly path: string },
  authority: string,
  client: KeyPair,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(
    {
      host: '127.0.0.1',
      port,
      path,
      ca: authority,
      cert: client.certificate,
      key: client.key,
      agent: false,
      timeout: 10_000,
    },
    (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    },
  );
  asked.on('timeout', () => asked.destroy(new Error(`no answer from port ${port} within 10 s`)));
  asked.on('error', reject);
  asked.end();
  return await promise;
}

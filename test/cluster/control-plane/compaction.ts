import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Credentials } from './credentials.ts';

const header = z.object({ header: z.object({ revision: z.string() }) });

/** Has etcd forget every version but the present one, as an API server of its own accord does every five minutes. */
export async function compact(port: number, credentials: Credentials): Promise<void> {
  const { revision } = header.parse(await ask(port, credentials, '/v3/kv/range', { key: 'AA==' })).header;
  header.parse(await ask(port, credentials, '/v3/kv/compaction', { revision }));
}

/** Of etcd's HTTP gateway: the body is the message as JSON, bytes in base64. */
async function ask(port: number, credentials: Credentials, path: string, message: object): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const { certificate, key } = credentials.etcdClient;
  const { certificate: ca } = credentials.etcd;
  const asked = request(
    {
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      ca,
      cert: certificate,
      key,
      agent: false,
      timeout: 10_000,
    },
    (response) => {
      json(response).then(resolve, reject);
    },
  );
  asked.on('timeout', () => asked.destroy(new Error(`etcd did not answer ${path} within 10 s`)));
  asked.on('error', reject);
  asked.end(JSON.stringify(message));
  return await promise;
}

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it went over the wire. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** An answer in the place of the server's. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Stands between a client and a server: sees every request, and answers some of them itself. */
export interface RecordingProxy {
  readonly url: string;
  readonly requests: readonly SentRequest[];
  /** Those that change something, in their order. */
  mutations(): readonly SentRequest[];
  /** Requests from now on are answered by `script`, or go to the server where it gives undefined. */
  script(script: (request: SentRequest) => ScriptedAnswer | undefined): void;
  stop(): Promise<void>;
}

export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const requests: SentRequest[] = [];
  let script: (request: SentRequest) => ScriptedAnswer | undefined = () => undefined;

  const server = createServer((request, response) => {
    void (async () => {
      const text = await textOf(request);
      const url = new URL(request.url ?? '/', target);
      const method = request.method ?? 'GET';
      const sent: SentRequest = {
        method,
        path: url.pathname,
        query: url.searchParams,
        body: text === '' ? undefined : JSON.parse(text),
      };
      requests.push(sent);
      const scripted = script(sent);
      if (scripted !== undefined) {
        response.writeHead(scripted.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(scripted.body));
        return;
      }
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
      const answer = await fetch(url, { method, headers, ...(text !== '' && { body: text }) });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
      // A connection that the server dropped is dropped here as well.
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    mutations: () => requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/wait')),
    script: (given) => {
      script = given;
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

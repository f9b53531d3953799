import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ComputeError, errorEnvelope } from '../core/errors.ts';
import { ConnectionDropped } from '../core/faults.ts';
import { answerBatch, isBatch } from './batch.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** The headers of every recorded answer. */
const HEADERS = {
  'Content-Type': 'application/json; charset=UTF-8',
  Server: 'ESF',
  Vary: ['Origin', 'X-Origin', 'Referer'],
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Xss-Protection': '0',
};

/** More than any request of this API needs. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export type AnswerRequest = (request: WireRequest) => Promise<WireAnswer>;

/** Serves on the loopback interface. Port 0 takes a free one. @throws Error when the port is taken. */
export async function listen(answer: AnswerRequest, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    void serve(answer, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

export function portOf(server: Server): number {
  const address = server.address() as AddressInfo | null;
  return address?.port ?? 0;
}

/** Ends the server and every connection it still has. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function serve(
  answer: AnswerRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const wire = await received(request);
    if (isBatch(wire)) {
      const { contentType, body } = await answerBatch(wire, answer);
      response.writeHead(200, { ...HEADERS, 'Content-Type': contentType }).end(body);
      return;
    }
    const { status, body } = await answer(wire);
    response.writeHead(status, HEADERS).end(body === undefined ? undefined : JSON.stringify(body));
  } catch (error) {
    if (error instanceof ConnectionDropped || response.headersSent) {
      request.socket.destroy();
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const failure =
      error instanceof ComputeError ? error : new ComputeError(500, 'internalError', `Simulator: ${message}`);
    response.writeHead(failure.code, HEADERS).end(JSON.stringify(errorEnvelope(failure)));
  }
}

async function received(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES)
      throw new ComputeError(413, 'uploadTooLarge', 'The request body is too large.');
    chunks.push(bytes);
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

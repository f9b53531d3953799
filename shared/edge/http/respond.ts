import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Answer, EventStream, SentEvent } from './answer.ts';
import { SECURITY_HEADERS } from './headers.ts';
import type { Problem } from './problem.ts';
import { type HttpRequest, headerOf } from './request.ts';

/** Smaller ones fit into a few packets anyway. */
const LEAST_GZIP_BYTES = 4_096;

const compressed = promisify(gzip);

/** Writes the answer: not its body where the client has it already, or asked for the head only. */
export async function respond(request: HttpRequest, response: ServerResponse, answer: Answer): Promise<void> {
  const headers: Record<string, string> = {
    ...SECURITY_HEADERS,
    'Cache-Control': answer.etag === undefined ? 'no-store' : 'private, no-cache',
    Vary: 'Accept-Encoding',
    ...(answer.etag !== undefined && { ETag: answer.etag }),
    ...answer.headers,
  };
  if (answer.status === 200 && answer.etag !== undefined && knows(request, answer.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const zipped = answer.body.length >= LEAST_GZIP_BYTES && takesGzip(request);
  const body = zipped ? await compressed(answer.body, { level: constants.Z_BEST_SPEED }) : answer.body;
  response.writeHead(answer.status, {
    ...headers,
    'Content-Type': answer.type,
    'Content-Length': String(body.length),
    ...(zipped && { 'Content-Encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

export function problemAnswer(problem: Problem): Answer {
  return {
    kind: 'answer',
    status: problem.status,
    type: 'application/problem+json; charset=utf-8',
    body: Buffer.from(JSON.stringify(problem.body), 'utf8'),
    headers: problem.headers,
  };
}

/** Sends events until the stream ends, the client goes, or `ended` aborts. */
export async function stream(
  response: ServerResponse,
  events: EventStream,
  ended: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the client has gone')));
  const signal = AbortSignal.any([gone.signal, ended]);
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Proxies that collect answers before they pass them on.
    'X-Accel-Buffering': 'no',
  });
  // How soon a client comes back, in milliseconds of its own.
  response.write('retry: 1000\n\n');
  const send = async (event: SentEvent) => {
    signal.throwIfAborted();
    if (!response.write(eventText(event))) await once(response, 'drain', { signal });
  };
  try {
    await events.run(send, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    response.end();
  }
}

/** JSON has no line ends of its own, so the data is one line. */
function eventText({ event, data, id }: SentEvent): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function knows(request: HttpRequest, etag: string): boolean {
  const known = headerOf(request, 'if-none-match');
  if (known === undefined) return false;
  return known.split(',').some((each) => each.trim() === '*' || plain(each.trim()) === plain(etag));
}

function plain(etag: string): string {
  return etag.replace(/^W\//, '');
}

function takesGzip(request: HttpRequest): boolean {
  const accepted = headerOf(request, 'accept-encoding') ?? '';
  return accepted.split(',').some((each) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(each));
}

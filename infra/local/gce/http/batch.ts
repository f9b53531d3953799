import { ComputeError } from '../core/errors.ts';
import type { AnswerRequest } from './server.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** Google's batch endpoint: gcloud sends several calls as one multipart request, and answers come back the same way. */
export function isBatch(request: WireRequest): boolean {
  return request.method === 'POST' && /^\/batch(\/|\?|$)/.test(request.url);
}

/** Answers every part on its own. A part's order and content id tell which answer is whose. */
export async function answerBatch(
  request: WireRequest,
  answer: AnswerRequest,
): Promise<{ readonly contentType: string; readonly body: string }> {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) {
    throw new ComputeError(400, 'badRequest', 'Expected a multipart/mixed body with a boundary.');
  }
  const parts = request.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.replace(/^\r?\n/, ''));
  const answers = await Promise.all(
    parts.map(async (part) => shownPart(part, await answer(innerRequest(part)))),
  );
  const own = 'batch_answers';
  const body = `${answers.map((part) => `--${own}\r\n${part}\r\n`).join('')}--${own}--\r\n`;
  return { contentType: `multipart/mixed; boundary=${own}`, body };
}

/** A part holds a request of its own: request line, headers, blank line, body. */
function innerRequest(part: string): WireRequest {
  const [, inner = ''] = splitAtBlankLine(part);
  const [head, body] = splitAtBlankLine(inner);
  const [requestLine = '', ...headerLines] = head.split(/\r?\n/);
  const [method = 'GET', url = '/'] = requestLine.split(' ');
  const headers = Object.fromEntries(
    headerLines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { method, url: url.replace(/^https?:\/\/[^/]+/, ''), headers, body: body.trim() };
}

function splitAtBlankLine(text: string): [string, string] {
  const found = /\r?\n\r?\n/.exec(text);
  return found === null
    ? [text, '']
    : [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}

function shownPart(part: string, { status, body }: WireAnswer): string {
  const id = /content-id:\s*<?([^>\r\n]+)>?/i.exec(part)?.[1] ?? '';
  const text = body === undefined ? '' : JSON.stringify(body);
  return [
    'Content-Type: application/http',
    `Content-ID: <response-${id}>`,
    '',
    `HTTP/1.1 ${status} ${status < 400 ? 'OK' : 'Error'}`,
    'Content-Type: application/json; charset=UTF-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}

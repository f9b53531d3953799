import type { HttpFunction } from '@google-cloud/functions-framework';
import { BusUnavailable } from '../../bus/bus.ts';
import type { Engine } from '../../engine/engine.ts';
import { describeError } from '../../engine/errors.ts';
import { drainOnSignals } from '../../runtime/drain.ts';
import { instance } from '../../runtime/instance.ts';
import { createLogger } from '../../runtime/logger.ts';
import { DocumentNotUnderstood } from '../../store/document-not-understood.ts';
import { StoreUnavailable } from '../../store/documents.ts';
import type { Result } from './answer.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { Problem } from './problem.ts';
import type { HttpRequest } from './request.ts';
import { problemAnswer, respond, stream } from './respond.ts';

/** For what happens before, or beside, the engine with its own log. */
const log = createLogger('info');

/** Answers one request. @throws Problem, and whatever went wrong. */
export type Respondent = (engine: Engine, request: HttpRequest) => Promise<Result>;

/**
 * The edge of a function that people and programs ask over HTTP. What goes wrong is answered as a problem: what the caller can
 * mend by field, an outage of the store as one, and everything else without a word of what it was, which is in the log.
 */
export function serveHttp(name: string, answerTo: Respondent): HttpFunction {
  return async (incoming, response) => {
    const { engine: opening, drain } = instance();
    drainOnSignals(drain);
    const request: HttpRequest = {
      method: incoming.method,
      url: incoming.originalUrl,
      headers: incoming.headers,
      body: incoming.rawBody ?? Buffer.alloc(0),
    };
    await drain.track(async () => {
      const result = await answered(name, request, async () => {
        if (drain.signal.aborted) throw unavailable('This instance is shutting down.');
        return await answerTo(await opening, request);
      });
      if (result.kind === 'answer') return await respond(request, response, result);
      if (request.method === 'HEAD') {
        const type = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' };
        response.writeHead(200, { ...SECURITY_HEADERS, ...type }).end();
        return;
      }
      await stream(response, result, drain.signal).catch((error: unknown) => {
        // The client comes back and says what it has seen.
        log.warn({ function: name, error: describeError(error) }, 'events ended early');
      });
    });
  };
}

/** The answer, also when something goes wrong; never throws. */
export async function answered(
  name: string,
  request: HttpRequest,
  answer: () => Promise<Result>,
): Promise<Result> {
  try {
    return await answer();
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      const path = request.url.split('?')[0]?.slice(0, 200);
      const line = { function: name, method: request.method, path, error: describeError(error) };
      // An outage is not a mistake in the program, and passes.
      if (problem.status === 503) log.warn(line, 'not answered');
      else log.error(line, 'not answered');
    }
    return problemAnswer(problem);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailable) return unavailable('The store gave no answer; ask again.', error);
  if (error instanceof BusUnavailable) {
    return unavailable(
      'The bus did not take the message; nothing was asked for, or twice at the worst.',
      error,
    );
  }
  if (error instanceof DocumentNotUnderstood) {
    return new Problem(500, `${error.message}. It is for a human to mend.`, { cause: error });
  }
  return new Problem(500, 'Something went wrong; the function’s log says what.', { cause: error });
}

function unavailable(detail: string, cause?: unknown): Problem {
  return new Problem(503, detail, { headers: { 'Retry-After': '2' }, cause });
}

import { randomUUID } from 'node:crypto';
import type { Engine } from '../../engine/engine.ts';
import type { Result } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import { type HttpRequest, placeOf } from '../http/request.ts';
import { notAllowed, routeFor } from '../http/route.ts';
import { callerIdentity, type IdentifyCaller } from './callers.ts';
import { OPERATE_ROUTES } from './routes.ts';
import { assertSameOrigin } from './same-origin.ts';

/**
 * Where a browser goes to sign in here: Identity-Aware Proxy may have a session for each function, and begins one when somebody
 * goes to an address of it, not with a script's request (IAP docs, "Managing IAP sessions"). From here it is led back to the
 * page.
 */
const SIGN_IN = '/operate/';
const BACK_TO_THE_PAGE: Result = {
  kind: 'answer',
  status: 303,
  type: 'text/plain; charset=utf-8',
  body: Buffer.alloc(0),
  headers: { Location: '/' },
};

/** Answers the function `operate`. @throws Problem */
export async function answerOperate(engine: Engine, request: HttpRequest): Promise<Result> {
  return await answerAs(await callerIdentity(), engine, request);
}

/**
 * The same with a way of one’s own to tell who calls. Who it is comes before what is asked for: a stranger learns of no migration
 * whether it exists.
 *
 * @throws Problem
 */
export async function answerAs(
  identify: IdentifyCaller,
  engine: Engine,
  request: HttpRequest,
): Promise<Result> {
  if (request.method === 'GET' && placeOf(request).path === SIGN_IN) return BACK_TO_THE_PAGE;
  if (request.method !== 'POST') throw notAllowed(['POST']);
  assertSameOrigin(request);
  const caller = await identify(request.headers);
  if ('unproven' in caller) {
    const { path } = placeOf(request);
    engine.log.warn({ function: 'operate', path, why: caller.unproven }, 'nobody known asked for it');
    throw new Problem(401, `It is not proven who asks: ${caller.unproven}.`);
  }
  const found = routeFor(OPERATE_ROUTES, request);
  if (found === undefined)
    throw new Problem(404, 'Nothing is done at this address; /openapi.json says where what is.');
  return await found.route.answerTo({ engine, newId: randomUUID, who: caller.who }, request, found.params);
}

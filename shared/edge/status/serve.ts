import type { Engine } from '../../engine/engine.ts';
import { json, type Result, versionOf } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import { type HttpRequest, placeOf } from '../http/request.ts';
import { notAllowed, routeFor } from '../http/route.ts';
import { OPERATE_ROUTES } from '../operate/routes.ts';
import { type Files, fileAt, readFiles, webFolder } from './files.ts';
import { type Looks, looksOf } from './looks.ts';
import { describeApi } from './openapi.ts';
import { STATUS_ROUTES } from './routes.ts';

const known = new WeakMap<Engine, Looks>();
let files: Promise<Files> | undefined;
let description: string | undefined;

/** Answers the function `status`: reads only, whatever is asked. @throws Problem */
export async function answerStatus(engine: Engine, request: HttpRequest): Promise<Result> {
  const looks = known.get(engine) ?? looksOf(engine);
  known.set(engine, looks);
  return await answerWith(looks, request);
}

/** The same with looks of one’s own. */
export async function answerWith(looks: Looks, request: HttpRequest): Promise<Result> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw notAllowed(['GET', 'HEAD']);
  const found = routeFor(STATUS_ROUTES, request);
  if (found !== undefined) return await found.route.answerTo(looks, request, found.params);
  const { path } = placeOf(request);
  if (path === '/openapi.json') return openApi();
  files ??= readFiles(webFolder());
  const page = await files.catch((error: unknown) => {
    files = undefined;
    throw error;
  });
  return fileAt(
    page,
    path,
    () => new Problem(404, `There is nothing at ${path}; /openapi.json says what there is.`),
  );
}

function openApi(): Result {
  description ??= JSON.stringify(describeApi({ status: STATUS_ROUTES, operate: OPERATE_ROUTES }));
  return { ...json({}), body: Buffer.from(description, 'utf8'), etag: `W/"${versionOf(description)}"` };
}

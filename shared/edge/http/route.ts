import { z } from 'zod';
import type { Result } from './answer.ts';
import { Problem } from './problem.ts';
import { type HttpRequest, placeOf, readBody, readParameters } from './request.ts';

/** A way in over HTTP: what it takes, what it answers, and who answers it. The API’s description is made of these. */
export interface Route<Context> {
  readonly method: 'GET' | 'POST';
  /** With parameters in braces, e.g. `/api/migrations/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodObject | undefined;
  /** What is answered when all is well; `events`: by name. */
  readonly answer: AnswerDescription;
  answerTo(context: Context, request: HttpRequest, params: Matched): Promise<Result>;
}

export type AnswerDescription =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly description: string;
      readonly schema: z.ZodType;
    }
  | {
      readonly kind: 'events';
      readonly description: string;
      readonly events: Readonly<Record<string, z.ZodType>>;
    };

type Matched = readonly (readonly [name: string, value: string])[];

const NOTHING = z.strictObject({});

/** Puts what a request brings through the schemas before anybody sees it. */
export function defineRoute<
  Context,
  Params extends z.ZodObject = typeof NOTHING,
  Query extends z.ZodObject = typeof NOTHING,
  Body extends z.ZodObject = typeof NOTHING,
>(definition: {
  readonly method: Route<Context>['method'];
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: AnswerDescription;
  readonly handle: (
    context: Context,
    input: {
      readonly params: z.output<Params>;
      readonly query: z.output<Query>;
      readonly body: z.output<Body>;
      readonly request: HttpRequest;
    },
  ) => Promise<Result>;
}): Route<Context> {
  const { params, query, body, handle, ...described } = definition;
  const schemas = { params: params ?? NOTHING, query: query ?? NOTHING, body: body ?? NOTHING };
  return {
    ...described,
    params: schemas.params,
    query: schemas.query,
    body,
    answerTo: async (context, request, matched) =>
      await handle(context, {
        params: readParameters('The address', matched, schemas.params) as z.output<Params>,
        query: readParameters('The query', placeOf(request).query, schemas.query) as z.output<Query>,
        body: (described.method === 'POST' ? readBody(request, schemas.body) : {}) as z.output<Body>,
        request,
      }),
  };
}

/**
 * The route for the request, with its path’s parameters; undefined where no route has this path. HEAD is answered as GET.
 *
 * @throws Problem when there are routes of this path, but for other methods.
 */
export function routeFor<Context>(
  routes: readonly Route<Context>[],
  request: HttpRequest,
): { readonly route: Route<Context>; readonly params: Matched } | undefined {
  const { path } = placeOf(request);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = routes.flatMap((route) => {
    const params = matched(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  const here = found.find(({ route }) => route.method === method);
  if (here !== undefined || found.length === 0) return here;
  throw notAllowed(found.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : ['POST'])));
}

export function notAllowed(allowed: readonly string[]): Problem {
  const allow = [...new Set(allowed)].join(', ');
  return new Problem(405, `This address takes ${allow} only.`, { headers: { Allow: allow } });
}

function matched(template: string, path: string): Matched | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: [name: string, value: string][] = [];
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (name !== undefined) params.push([name, decoded(value)]);
    else if (part !== value) return undefined;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(400, 'The address has a percent sign that begins no escape.');
  }
}

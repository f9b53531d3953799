import { ComputeError } from '../core/errors.ts';
import type { Method } from '../core/method.ts';

/** Below these prefixes the API is served; gcloud and the libraries use the first. */
const PREFIX = /^\/compute\/v1\/(.*)$/;

interface Found {
  readonly method: Method;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the method of a request by its verb and path. */
export class MethodTable {
  readonly #entries: readonly { readonly method: Method; readonly segments: readonly string[] }[];
  readonly #byId: ReadonlyMap<string, Method>;

  constructor(methods: readonly Method[]) {
    this.#entries = methods.map((method) => ({ method, segments: method.path.split('/') }));
    this.#byId = new Map(methods.map((method) => [method.id, method]));
  }

  /** @throws ComputeError 404 for what is not the API, 501 naming a method of it that the simulator does not have. */
  find(verb: string, pathname: string): Found {
    const path = PREFIX.exec(pathname)?.[1]?.replace(/\/$/, '');
    if (path === undefined) {
      throw new ComputeError(
        404,
        'notFound',
        `Not found: ${verb} ${pathname}; the API is served below /compute/v1/`,
      );
    }
    const segments = path.split('/').map(decoded);
    for (const entry of this.#entries) {
      if (entry.method.verb !== verb) continue;
      const params = matched(entry.segments, segments);
      if (params !== undefined) return { method: entry.method, params };
    }
    const name = guessedName(verb, segments);
    throw new ComputeError(
      501,
      'notImplemented',
      `The method ${name} (${verb} ${path}) is not implemented by this simulator`,
    );
  }

  /** The method with this id. @throws Error when there is none. */
  named(id: string): Method {
    const method = this.#byId.get(id);
    if (method === undefined) throw new Error(`there is no method ${id}`);
    return method;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function matched(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      params[part.slice(1, -1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return params;
}

const VERBS: Readonly<Record<string, readonly [collection: string, resource: string]>> = {
  GET: ['list', 'get'],
  POST: ['insert', 'insert'],
  PATCH: ['patch', 'patch'],
  PUT: ['update', 'update'],
  DELETE: ['delete', 'delete'],
};

/** What the discovery document would call it, as far as the path tells: `addresses.list`, `disks.resize`. */
function guessedName(verb: string, segments: readonly string[]): string {
  const below = segments.slice(2);
  const scoped = below[0] === 'global' || below[0] === 'aggregated' ? below.slice(1) : below;
  const [collection, , action] = scoped[0] === 'zones' || scoped[0] === 'regions' ? scoped.slice(2) : scoped;
  const [onCollection, onResource] = VERBS[verb] ?? ['call', 'call'];
  if (collection === undefined) return `${scoped[0] ?? segments[0] ?? 'unknown'}.${onResource}`;
  if (below[0] === 'aggregated') return `${collection}.aggregatedList`;
  return `${collection}.${action ?? (scoped.at(-1) === collection ? onCollection : onResource)}`;
}

import type { Verb } from '../access/gate.ts';
import { resourceByPath } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';

/** A URL of the resource API, read. */
export interface Route {
  readonly resource: Resource;
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Behind `proxy`: the path within what is proxied, from its root on; undefined everywhere else. */
  readonly proxied: string | undefined;
}

/** Reads `/api/v1/…` or `/apis/{group}/{version}/…`; undefined when no resource is meant. */
export function readRoute(pathname: string): Route | undefined {
  const [root, ...rest] = decoded(pathname);
  const [group = '', version = '', path] =
    root === 'api' ? ['', rest[0], rest.slice(1)] : [rest[0], rest[1], rest.slice(2)];
  if ((root !== 'api' && root !== 'apis') || path === undefined || path.length === 0) return undefined;
  const [first, namespace = '', plural = '', ...within] = path;
  if (first === 'namespaces' && plural !== '') {
    const resource = resourceByPath(group, version, plural);
    if (resource?.namespaced === true) return routeOf(resource, namespace, within, pathname);
  }
  const resource = resourceByPath(group, version, first ?? '');
  return resource === undefined ? undefined : routeOf(resource, '', path.slice(1), pathname);
}

/** The parts of the path; none when an escape in it is malformed. */
function decoded(pathname: string): string[] {
  try {
    return pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}

function routeOf(
  resource: Resource,
  namespace: string,
  rest: readonly string[],
  pathname: string,
): Route | undefined {
  const [name = '', subresource = '', ...more] = rest;
  if (resource.id === 'pods' && subresource === 'proxy') {
    return { resource, namespace, name, subresource, proxied: proxiedPath(more, pathname) };
  }
  const known: readonly string[] = [
    '',
    ...(resource.statusSubresource ? ['status'] : []),
    ...(resource.scaleSubresource ? ['scale'] : []),
    ...(resource.id === 'pods' ? ['eviction', 'binding'] : []),
  ];
  if (more.length > 0 || !known.includes(subresource)) return undefined;
  return { resource, namespace, name, subresource, proxied: undefined };
}

/**
 * As kube-apiserver hands it on: escapes are read and written again where they are needed, so that an encoded slash
 * becomes one; a slash at the end stays.
 */
function proxiedPath(parts: readonly string[], pathname: string): string {
  const path = `/${parts.join('/')}`;
  const whole = pathname.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
  return encodeURI(whole).replace(/[?#]/g, encodeURIComponent);
}

/** Whatever is asked behind a proxy counts as the verb of its method. */
const PROXY_VERBS: Readonly<Record<string, Verb>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Subresources to which something is posted. */
const ACTIONS: readonly string[] = ['eviction', 'binding'];

/** The verb that RBAC and the audit log know the request by; undefined when the method is not allowed there. */
export function verbOf(method: string, route: Route, watching: boolean): Verb | undefined {
  if (route.proxied !== undefined) return PROXY_VERBS[method];
  const named = route.name !== '';
  switch (method) {
    case 'GET':
      // At an object's own path the real server does not watch, whatever the query says.
      if (named) return 'get';
      return watching ? 'watch' : 'list';
    case 'POST':
      return !named || ACTIONS.includes(route.subresource) ? 'create' : undefined;
    case 'PUT':
      return named && !ACTIONS.includes(route.subresource) ? 'update' : undefined;
    case 'PATCH':
      return named && !ACTIONS.includes(route.subresource) ? 'patch' : undefined;
    case 'DELETE':
      return named ? (route.subresource === '' ? 'delete' : undefined) : 'deletecollection';
    default:
      return undefined;
  }
}

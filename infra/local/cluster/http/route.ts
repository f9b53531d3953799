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
    if (resource?.namespaced === true) return routeOf(resource, namespace, within);
  }
  const resource = resourceByPath(group, version, first ?? '');
  return resource === undefined ? undefined : routeOf(resource, '', path.slice(1));
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

function routeOf(resource: Resource, namespace: string, rest: readonly string[]): Route | undefined {
  const [name = '', subresource = '', ...more] = rest;
  if (resource.id === 'pods' && subresource === 'proxy') {
    return { resource, namespace, name, subresource, proxied: `/${more.join('/')}` };
  }
  const known: readonly string[] = [
    '',
    ...(resource.statusSubresource ? ['status'] : []),
    ...(resource.scaleSubresource ? ['scale'] : []),
    ...(resource.id === 'pods' ? ['eviction'] : []),
  ];
  if (more.length > 0 || !known.includes(subresource)) return undefined;
  return { resource, namespace, name, subresource, proxied: undefined };
}

/** Whatever is asked behind a proxy counts as the verb of its method. */
const PROXY_VERBS: Readonly<Record<string, Verb>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** The verb that RBAC and the audit log know the request by; undefined when the method is not allowed there. */
export function verbOf(method: string, route: Route, watching: boolean): Verb | undefined {
  if (route.proxied !== undefined) return PROXY_VERBS[method];
  const named = route.name !== '';
  switch (method) {
    case 'GET':
      if (watching) return 'watch';
      return named ? 'get' : 'list';
    case 'POST':
      return !named || route.subresource === 'eviction' ? 'create' : undefined;
    case 'PUT':
      return named && route.subresource !== 'eviction' ? 'update' : undefined;
    case 'PATCH':
      return named && route.subresource !== 'eviction' ? 'patch' : undefined;
    case 'DELETE':
      return named ? (route.subresource === '' ? 'delete' : undefined) : 'deletecollection';
    default:
      return undefined;
  }
}

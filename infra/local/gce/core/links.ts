/** The root under which every link of the v1 API is written, whatever host served the answer. */
const ROOT = 'https://www.googleapis.com/compute/v1/';
const OWN_PROJECTS = `${ROOT}projects/`;

/** A resource's name below the root: `projects/P/global/networks/N`. The key under which it is kept. */
export type ResourcePath = string & { readonly __brand: 'ResourcePath' };

/** Where a resource lives and its operations run. */
export type Scope =
  | { readonly kind: 'global' }
  | { readonly kind: 'regions'; readonly name: string }
  | { readonly kind: 'zones'; readonly name: string };

export const GLOBAL: Scope = { kind: 'global' };

export function regional(name: string): Scope {
  return { kind: 'regions', name };
}

export function zonal(name: string): Scope {
  return { kind: 'zones', name };
}

/** `global`, `regions/R` or `zones/Z`: also the key of a scope in an aggregated list. */
export function scopePath(scope: Scope): string {
  return scope.kind === 'global' ? 'global' : `${scope.kind}/${scope.name}`;
}

export function resourcePath(project: string, scope: Scope, collection: string, name: string): ResourcePath {
  return `projects/${project}/${scopePath(scope)}/${collection}/${name}` as ResourcePath;
}

export function selfLink(path: string): string {
  return ROOT + path;
}

/**
 * The path that a link means. The API takes a full URL of any host and version, a path from `projects/`, and a path from
 * the scope (`global/networks/N`, `zones/Z/instances/I`), which is then in the caller's project.
 */
export function pathOfLink(project: string, link: string): ResourcePath {
  // Nearly all are links of our own; the expressions are for those of others.
  const path =
    link.startsWith(OWN_PROJECTS) || link.startsWith('projects/')
      ? link.slice(link.indexOf('projects/'))
      : link.replace(/^https?:\/\/[^/]+\/(compute\/[^/]+\/)?/, '').replace(/^\/+/, '');
  return (path.startsWith('projects/') ? path : `projects/${project}/${path}`) as ResourcePath;
}

/** The bare name at the end of a link or path. */
export function lastSegment(link: string): string {
  return link.slice(link.lastIndexOf('/') + 1);
}

/** The zone of an instance's path, or the region of a subnetwork's: the segment after `zones/` or `regions/`. */
export function locationOf(path: string): string {
  return /\/(?:zones|regions)\/([^/]+)\//.exec(path)?.[1] ?? '';
}

/** The region of a zone: `europe-west1` of `europe-west1-b`. */
export function regionOfZone(zone: string): string {
  return zone.slice(0, zone.lastIndexOf('-'));
}

/** Where a scope's operations are counted: `global`, or the region, to which its zones belong. */
export function locality(scope: Scope): string {
  if (scope.kind === 'global') return 'global';
  return scope.kind === 'regions' ? scope.name : regionOfZone(scope.name);
}

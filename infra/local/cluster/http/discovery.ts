import type { JsonObject } from '../object/json.ts';
import { groupVersions, RESOURCES } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The answer to a discovery path, undefined when the path is none. */
export function discovery(pathname: string, serverVersion: string): JsonObject | undefined {
  switch (pathname) {
    case '/version':
      return version(serverVersion);
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupVersions().map(groupOf) };
    default:
      return groupOrResources(pathname);
  }
}

function groupOrResources(pathname: string): JsonObject | undefined {
  if (pathname === '/api/v1') return resourceList('v1');
  const [, root, group, version, ...rest] = pathname.split('/');
  if (root !== 'apis' || rest.length > 0) return undefined;
  const found = groupVersions().find((entry) => entry.group === group);
  if (found === undefined) return undefined;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(found) };
  return version === found.version ? resourceList(`${group}/${version}`) : undefined;
}

function groupOf({ group, version }: { readonly group: string; readonly version: string }): JsonObject {
  const preferred = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferred], preferredVersion: preferred };
}

function resourceList(groupVersion: string): JsonObject {
  const own = RESOURCES.filter((resource) => apiVersionOf(resource) === groupVersion);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: own.flatMap(entriesOf) };
}

function entriesOf(resource: Resource): JsonObject[] {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  const sub = (name: string, entry: JsonObject): JsonObject => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind,
    verbs: ['get', 'patch', 'update'],
    ...entry,
  });
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs: VERBS,
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    },
    ...(resource.statusSubresource ? [sub('status', {})] : []),
    ...(resource.scaleSubresource
      ? [sub('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' })]
      : []),
    ...(resource.id === 'pods'
      ? [
          sub('binding', { kind: 'Binding', verbs: ['create'] }),
          sub('eviction', { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] }),
          sub('proxy', { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] }),
        ]
      : []),
  ];
}

function version(serverVersion: string): JsonObject {
  const [major = '1', minor = '0'] = serverVersion.split('.');
  return {
    major,
    minor,
    gitVersion: `v${serverVersion}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'simulator',
  };
}

import type { JsonObject } from '../object/json.ts';
import { groupVersions, RESOURCES } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import { apiVersionOf } from '../resources/resource.ts';

/**
 * The least OpenAPI that keeps kubectl content: it looks up whether PATCH knows `fieldValidation`, and having found that
 * it does, leaves validation to the server. Types it knows from its own code.
 */
export function openApi(pathname: string): JsonObject | undefined {
  if (pathname === '/openapi/v2') return { swagger: '2.0', info: { title: 'Kubernetes' }, paths: {} };
  if (pathname === '/openapi/v3') {
    const paths = ['api/v1', ...groupVersions().map(({ group, version }) => `apis/${group}/${version}`)];
    const entries = paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const root = /^\/openapi\/v3\/(api\/v1|apis\/[^/]+\/[^/]+)$/.exec(pathname)?.[1];
  if (root === undefined) return undefined;
  const groupVersion = root.replace(/^apis?\//, '');
  const own = RESOURCES.filter((resource) => apiVersionOf(resource) === groupVersion);
  if (own.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'simulator' },
    paths: Object.fromEntries(own.map((resource) => [pathOf(root, resource), operations(resource)])),
    components: { schemas: {} },
  };
}

function pathOf(root: string, { namespaced, plural }: Resource): string {
  return `/${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`;
}

function operations({ group, version, kind }: Resource): JsonObject {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
    name,
    in: 'query',
    schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
  }));
  return {
    patch: {
      parameters,
      responses: { 200: { description: 'OK' } },
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group, version, kind },
    },
  };
}

import type { ApiRequest, Verb } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import type { JsonObject } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { PATCH_MEDIA_TYPES } from '../patch/patch.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { badRequest, unknownPatchType } from '../rules/errors.ts';
import { decode, deleteOptions } from './body.ts';
import type { Answer, ResourceCall } from './call.ts';
import { objectIn, optionsOf, SUCCESS } from './call.ts';
import type { Route } from './route.ts';
import { SUBRESOURCES } from './subresources.ts';
import { tableOf } from './table.ts';

/** Kinds whose deletion is answered with the object; the others answer with a Status. */
const ANSWER_WITH_OBJECT = ['pods', 'services', 'serviceaccounts'];

export function auditOf({ route, verb }: Pick<ResourceCall, 'route'> & { readonly verb: Verb }): ApiRequest {
  const { resource, subresource, namespace, name } = route;
  return {
    verb,
    resource: subresource === '' ? resource.id : `${resource.id}/${subresource}`,
    namespace,
    name,
  };
}

/** @throws ApiError as the verbs of the API do. */
export function answer(cluster: Cluster, call: ResourceCall): Answer {
  const special = SUBRESOURCES[call.route.subresource];
  if (special !== undefined) return special(cluster, call);
  switch (call.verb) {
    case 'get':
      return shown(cluster, call, cluster.api.get(call.route.resource, call.route));
    case 'list':
      return answerList(cluster, call);
    case 'create':
      return answerCreate(cluster, call);
    case 'update':
      return answerUpdate(cluster, call);
    case 'patch':
      return answerPatch(cluster, call);
    case 'delete':
      return answerDelete(cluster, call);
    case 'deletecollection':
      return answerDeleteCollection(cluster, call);
  }
}

function shown(cluster: Cluster, call: ResourceCall, object: KubernetesObject, code = 200): Answer {
  if (call.form === 'object') return { code, body: object };
  if (call.form === 'metadata') return { code, body: metadataOnly(object) };
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const include = call.query.get('includeObject') ?? 'Metadata';
  return { code, body: tableOf(call.route.resource, [object], metadata, include, cluster.clock.now()) };
}

function answerList(cluster: Cluster, { route, query, form }: ResourceCall): Answer {
  const { resource } = route;
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`invalid limit: "${query.get('limit')}"`);
  const { items, ...page } = cluster.api.list(resource, {
    ...selectionOf(route, query),
    limit,
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  });
  if (form === 'table') {
    const include = query.get('includeObject') ?? 'Metadata';
    return { code: 200, body: tableOf(resource, items, page, include, cluster.clock.now()) };
  }
  if (form === 'metadata') {
    const list = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: page };
    return { code: 200, body: { ...list, items: items.map(metadataOnly) } };
  }
  const list = { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: page };
  // A list has its kind; entries of built-in kinds do not repeat it, those of custom resources do.
  return { code: 200, body: { ...list, items: resource.custom ? items : items.map(withoutKind) } };
}

/** Namespace and selectors of a list, a watch or a deletion of many. */
export function selectionOf(route: Route, query: URLSearchParams) {
  const byName = route.name === '' ? [] : [`metadata.name=${route.name}`];
  const fields = [...byName, ...(query.get('fieldSelector') ? [query.get('fieldSelector')] : [])].join(',');
  return {
    ...(route.namespace === '' ? {} : { namespace: route.namespace }),
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: fields,
  };
}

function answerCreate(cluster: Cluster, call: ResourceCall): Answer {
  const { route } = call;
  const body = objectIn(call);
  const warnings: string[] = [];
  const options = optionsOf(call, 'create', warnings);
  const object = cluster.api.create(route.resource, route.namespace, body, options);
  return { ...shown(cluster, call, object, 201), warnings };
}

function answerUpdate(cluster: Cluster, call: ResourceCall): Answer {
  const body = objectIn(call);
  const warnings: string[] = [];
  const options = optionsOf(call, 'update', warnings);
  const object = cluster.api.update(call.route.resource, call.route, body, options);
  return { ...shown(cluster, call, object), warnings };
}

function answerPatch(cluster: Cluster, call: ResourceCall): Answer {
  const { route, mediaType } = call;
  const kind = PATCH_MEDIA_TYPES[mediaType];
  if (kind === undefined) throw unknownPatchType();
  const body = decode(call.body, mediaType, [mediaType]);
  const warnings: string[] = [];
  const options = optionsOf(call, 'patch', warnings);
  const { object, created } = cluster.api.patch(route.resource, route, { kind, body }, options);
  return { ...shown(cluster, call, object, created ? 201 : 200), warnings };
}

function answerDelete(cluster: Cluster, call: ResourceCall): Answer {
  const { resource } = call.route;
  const body = call.body === '' ? undefined : objectIn(call);
  const { object, gone } = cluster.api.delete(resource, call.route, deleteOptions(body, call.query));
  if (!gone || ANSWER_WITH_OBJECT.includes(resource.id)) return { code: 200, body: object };
  const { name, uid } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  return { code: 200, body: { ...SUCCESS, details: { name, ...group, kind: resource.plural, uid } } };
}

function answerDeleteCollection(cluster: Cluster, call: ResourceCall): Answer {
  const { resource } = call.route;
  const body = call.body === '' ? undefined : objectIn(call);
  const options = deleteOptions(body, call.query);
  const { items } = cluster.api.list(resource, selectionOf(call.route, call.query));
  for (const { metadata } of items) {
    cluster.api.delete(resource, { namespace: metadata.namespace ?? '', name: metadata.name }, options);
  }
  return { code: 200, body: SUCCESS };
}

/** What stored objects look like in lists; made once, as most objects are listed again and again before they change. */
const entries = new WeakMap<KubernetesObject, JsonObject>();

function withoutKind(object: KubernetesObject): JsonObject {
  const before = entries.get(object);
  if (before !== undefined) return before;
  const { apiVersion: _apiVersion, kind: _kind, ...entry } = object;
  entries.set(object, Object.freeze(entry));
  return entry;
}

function metadataOnly({ metadata }: KubernetesObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

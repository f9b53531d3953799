import type { ApiRequest, Verb } from '../access/gate.ts';
import { scaled, scaleOf } from '../api/scale.ts';
import type { Cluster } from '../cluster.ts';
import type { Json, JsonObject } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { applyPatch, PATCH_MEDIA_TYPES } from '../patch/patch.ts';
import { apiVersionOf } from '../resources/resource.ts';
import { badRequest, unsupportedMediaType } from '../rules/errors.ts';
import { decode, deleteOptions, evictionOptions } from './body.ts';
import type { Route } from './route.ts';
import { tableOf } from './table.ts';

/** One request for a resource, with its body read. */
export interface ResourceCall {
  readonly route: Route;
  readonly verb: Exclude<Verb, 'watch'>;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly mediaType: string;
  readonly table: boolean;
}

export interface Answer {
  readonly code: number;
  readonly body: Json;
}

const OBJECT_TYPES = ['application/json', 'application/yaml'];
const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
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
  if (call.route.subresource === 'scale') return { code: 200, body: answerScale(cluster, call) };
  switch (call.verb) {
    case 'get':
      return shown(cluster, call, cluster.api.get(call.route.resource, call.route));
    case 'list':
      return answerList(cluster, call);
    case 'create':
      return answerCreate(cluster, call);
    case 'update': {
      const body = decode(call.body, call.mediaType, OBJECT_TYPES);
      return shown(
        cluster,
        call,
        cluster.api.update(call.route.resource, call.route, body, writeOptions(call)),
      );
    }
    case 'patch':
      return answerPatch(cluster, call);
    case 'delete':
      return answerDelete(cluster, call);
    case 'deletecollection':
      return answerDeleteCollection(cluster, call);
  }
}

function shown(cluster: Cluster, call: ResourceCall, object: KubernetesObject, code = 200): Answer {
  if (!call.table) return { code, body: object };
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const include = call.query.get('includeObject') ?? 'Metadata';
  return { code, body: tableOf(call.route.resource, [object], metadata, include, cluster.clock.now()) };
}

function answerList(cluster: Cluster, { route, query, table }: ResourceCall): Answer {
  const { resource } = route;
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`invalid limit: "${query.get('limit')}"`);
  const { items, ...page } = cluster.api.list(resource, {
    ...selectionOf(route, query),
    limit,
    continue: query.get('continue') ?? '',
  });
  if (table) {
    const include = query.get('includeObject') ?? 'Metadata';
    return { code: 200, body: tableOf(resource, items, page, include, cluster.clock.now()) };
  }
  const body = { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: page, items };
  return { code: 200, body };
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
  const body = decode(call.body, call.mediaType, OBJECT_TYPES);
  if (route.subresource === 'eviction') {
    cluster.api.evict(route, evictionOptions(body, call.query));
    return { code: 201, body: { ...SUCCESS, code: 201 } };
  }
  return shown(
    cluster,
    call,
    cluster.api.create(route.resource, route.namespace, body, writeOptions(call)),
    201,
  );
}

function answerPatch(cluster: Cluster, call: ResourceCall): Answer {
  const { route, mediaType } = call;
  const kind = PATCH_MEDIA_TYPES[mediaType];
  if (kind === undefined) throw unsupportedMediaType(Object.keys(PATCH_MEDIA_TYPES));
  const body = decode(call.body, mediaType, [mediaType]);
  const fieldManager = call.query.get('fieldManager') ?? '';
  const options = { ...writeOptions(call), fieldManager };
  const { object, created } = cluster.api.patch(route.resource, route, { kind, body }, options);
  return shown(cluster, call, object, created ? 201 : 200);
}

function answerDelete(cluster: Cluster, call: ResourceCall): Answer {
  const { resource } = call.route;
  const body = call.body === '' ? undefined : decode(call.body, call.mediaType, OBJECT_TYPES);
  const { object, gone } = cluster.api.delete(resource, call.route, deleteOptions(body, call.query));
  if (!gone || ANSWER_WITH_OBJECT.includes(resource.id)) return { code: 200, body: object };
  const { name, uid } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  return { code: 200, body: { ...SUCCESS, details: { name, ...group, kind: resource.plural, uid } } };
}

function answerDeleteCollection(cluster: Cluster, call: ResourceCall): Answer {
  const { resource } = call.route;
  const body = call.body === '' ? undefined : decode(call.body, call.mediaType, OBJECT_TYPES);
  const options = deleteOptions(body, call.query);
  const { items } = cluster.api.list(resource, selectionOf(call.route, call.query));
  for (const { metadata } of items) {
    cluster.api.delete(resource, { namespace: metadata.namespace ?? '', name: metadata.name }, options);
  }
  return { code: 200, body: SUCCESS };
}

function answerScale(cluster: Cluster, call: ResourceCall): JsonObject {
  const { route, verb } = call;
  const object = cluster.api.get(route.resource, route);
  if (verb === 'get') return scaleOf(object);
  const written =
    verb === 'patch' ? patchedScale(call, object) : decode(call.body, call.mediaType, OBJECT_TYPES);
  return scaleOf(cluster.api.update(route.resource, route, scaled(object, written), writeOptions(call)));
}

function patchedScale(call: ResourceCall, object: KubernetesObject): JsonObject {
  const kind = PATCH_MEDIA_TYPES[call.mediaType];
  if (kind === undefined || kind === 'apply') throw unsupportedMediaType(Object.keys(PATCH_MEDIA_TYPES));
  return applyPatch(
    call.route.resource,
    scaleOf(object),
    kind,
    decode(call.body, call.mediaType, [call.mediaType]),
  );
}

function writeOptions({ route, query }: ResourceCall) {
  const dryRun = query.get('dryRun') === 'All';
  return route.subresource === 'status' ? { dryRun, subresource: 'status' as const } : { dryRun };
}

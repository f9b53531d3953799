import { scaled, scaleOf } from '../api/scale.ts';
import type { Cluster } from '../cluster.ts';
import type { JsonObject } from '../object/json.ts';
import { stringAt } from '../object/json.ts';
import type { KubernetesObject } from '../object/object.ts';
import { applyPatch, PATCH_MEDIA_TYPES } from '../patch/patch.ts';
import { unknownPatchType } from '../rules/errors.ts';
import { decode, evictionOptions } from './body.ts';
import type { Answer, ResourceCall } from './call.ts';
import { objectIn, optionsOf, SUCCESS } from './call.ts';

/** Endpoints of an object that take or show something else than the object. */
export const SUBRESOURCES: Readonly<Record<string, (cluster: Cluster, call: ResourceCall) => Answer>> = {
  binding: answerBinding,
  eviction: answerEviction,
  scale: answerScale,
};

function answerEviction(cluster: Cluster, call: ResourceCall): Answer {
  cluster.api.evict(call.route, evictionOptions(objectIn(call), call.query));
  return { code: 201, body: { ...SUCCESS, code: 201 } };
}

/** Puts a waiting Pod on its node, as a scheduler does. */
function answerBinding(cluster: Cluster, call: ResourceCall): Answer {
  const body = objectIn(call);
  cluster.api.bind(call.route, stringAt(body, 'target', 'name') ?? '', optionsOf(call, 'create', []));
  return { code: 201, body: { ...SUCCESS, code: 201 } };
}

function answerScale(cluster: Cluster, call: ResourceCall): Answer {
  const { route, verb } = call;
  const object = cluster.api.get(route.resource, route);
  if (verb === 'get') return { code: 200, body: scaleOf(object) };
  const wished = verb === 'patch' ? patchedScale(call, object) : objectIn(call);
  const { fieldValidation: _ofAScale, ...options } = optionsOf(
    call,
    verb === 'patch' ? 'patch' : 'update',
    [],
  );
  const next = scaled(route.resource, object, wished);
  const written = cluster.api.update(route.resource, route, next, { ...options, endpoint: 'scale' });
  return { code: 200, body: scaleOf(written) };
}

function patchedScale(call: ResourceCall, object: KubernetesObject): JsonObject {
  const kind = PATCH_MEDIA_TYPES[call.mediaType];
  if (kind === undefined || kind === 'apply') throw unknownPatchType();
  return applyPatch(
    call.route.resource,
    scaleOf(object),
    kind,
    decode(call.body, call.mediaType, [call.mediaType]),
  );
}

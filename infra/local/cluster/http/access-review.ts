import type { RequestGate } from '../access/gate.ts';
import type { Json } from '../object/json.ts';
import { at, objectAt, stringAt } from '../object/json.ts';
import { invalid, invalidValue } from '../rules/errors.ts';
import { decode, mediaType } from './body.ts';

/** Where one asks what oneself may do. */
export const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

const KIND = {
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  group: 'authorization.k8s.io',
} as const;

/**
 * The review with its answer: yes, unless a test forbade it. Nothing is stored.
 *
 * @throws ApiError 400, 415, 422
 */
export function answerAccessReview(
  gate: RequestGate,
  request: { readonly body: string; readonly contentType: string | undefined },
): Json {
  const asked = {
    verb: 'create',
    resource: `${KIND.plural}.${KIND.group}`,
    namespace: '',
    name: '',
  } as const;
  return gate.pass(asked, () => {
    const body = decode(request.body, mediaType(request.contentType), [
      'application/json',
      'application/yaml',
    ]);
    const spec = objectAt(body, 'spec');
    const attributes = at(spec, 'resourceAttributes');
    const ofNoResource = at(spec, 'nonResourceAttributes');
    if ((attributes === undefined) === (ofNoResource === undefined)) {
      throw invalid(KIND, '', [
        invalidValue(
          'spec.resourceAttributes',
          attributes,
          'exactly one of the two kinds of attributes must be specified',
        ),
      ]);
    }
    const allowed = attributes === undefined || !gate.forbids(accessIn(attributes));
    const { kind, group } = KIND;
    return { kind, apiVersion: `${group}/v1`, metadata: {}, spec, status: { allowed } };
  });
}

/** In the words in which the gate knows requests. */
function accessIn(attributes: Json) {
  const field = (name: string) => stringAt(attributes, name) ?? '';
  const resource = [field('resource'), field('group')].filter((part) => part !== '').join('.');
  const subresource = field('subresource');
  return {
    verb: field('verb'),
    resource: subresource === '' ? resource : `${resource}/${subresource}`,
    namespace: field('namespace'),
    name: field('name'),
  };
}

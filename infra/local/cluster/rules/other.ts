import type { ConfigMap, Namespace, Secret } from '../kinds/other.ts';
import { sameJson } from '../object/json.ts';
import type { Rules } from '../resources/resource.ts';
import { forbiddenValue, invalidValue } from './errors.ts';

export const namespaceRules: Rules<Namespace> = {
  complete: (namespace) => ({
    ...namespace,
    metadata: {
      ...namespace.metadata,
      labels: { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name },
    },
    spec: namespace.spec ?? { finalizers: ['kubernetes'] },
    status: namespace.status?.phase === undefined ? { phase: 'Active' } : namespace.status,
  }),
};

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const CONFIG_KEY_SENTENCE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

export const configMapRules: Rules<ConfigMap> = {
  violations: ({ data, binaryData, immutable }, previous) => [
    ...[data, binaryData].flatMap((part, index) =>
      Object.keys(part ?? {})
        .filter((key) => !CONFIG_KEY.test(key))
        .map((key) =>
          invalidValue(`${index === 0 ? 'data' : 'binaryData'}[${key}]`, key, CONFIG_KEY_SENTENCE),
        ),
    ),
    ...(previous?.immutable === true && (immutable !== true || !sameJson(data ?? {}, previous.data ?? {}))
      ? [forbiddenValue('data', 'field is immutable when `immutable` is set')]
      : []),
  ],
};

/** The number and the policy of a class are never changed: Pods carry copies of them. */
export const priorityClassRules: Rules = {
  complete: (priorityClass) => ({
    ...priorityClass,
    preemptionPolicy: priorityClass.preemptionPolicy ?? 'PreemptLowerPriority',
  }),
  violations: (priorityClass, previous) =>
    ['value', 'preemptionPolicy']
      .filter((field) => previous !== undefined && !sameJson(priorityClass[field], previous[field]))
      .map((field) => forbiddenValue(field, 'may not be changed in an update.')),
};

export const secretRules: Rules<Secret> = {
  complete({ stringData, ...secret }) {
    const encoded = Object.entries(stringData ?? {}).map(([field, value]): [string, string] => [
      field,
      Buffer.from(value).toString('base64'),
    ]);
    return {
      ...secret,
      type: secret.type ?? 'Opaque',
      ...(encoded.length > 0 ? { data: { ...secret.data, ...Object.fromEntries(encoded) } } : {}),
    };
  },
};

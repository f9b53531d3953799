import type { Namespace, Secret } from '../kinds/other.ts';
import type { Rules } from '../resources/resource.ts';

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

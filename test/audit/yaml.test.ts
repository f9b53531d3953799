import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { yamlOf } from '../../shared/audit/report/yaml.ts';

/** Values that documents are made of; `__proto__` is nobody's field. */
const key = fc
  .oneof(fc.string({ minLength: 1 }), fc.constantFrom('no', 'y', '1', '-', 'a b', '#', 'key:'))
  .filter((text) => text !== '__proto__');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.string(),
    fc.constantFrom(
      'true',
      'No',
      'null',
      '~',
      '0.0.0.0/0',
      '::/0',
      '1e3',
      '- a',
      'a: b',
      '',
      ' ',
      '|',
      '2026-11-21',
    ),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));

test('whatever is written as YAML is read as the same', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }), (document) => {
      expect(parse(yamlOf(document))).toEqual({ ...document });
    }),
    { numRuns: 100 },
  );
});

test('it looks as people write it', () => {
  const document = {
    apiVersion: 'networking.k8s.io/v1',
    spec: {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }], ports: [{ port: 443 }] }],
      policyTypes: ['Ingress'],
    },
  };
  expect(yamlOf(document)).toBe(`apiVersion: networking.k8s.io/v1
spec:
  podSelector: {}
  ingress:
  - from:
    - ipBlock:
        cidr: "::/0"
    ports:
    - port: 443
  policyTypes:
  - Ingress
`);
});

import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../cluster/control-plane/index.ts';
import { described, rightsOf, unneededOf } from '../cluster/rbac/rights.ts';

const role = {
  kind: 'ClusterRole' as const,
  metadata: { name: 'reader' },
  rules: [
    { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['coredns'], verbs: ['get', 'patch'] },
    { apiGroups: [''], resources: ['services'], verbs: ['create'] },
  ],
};

function request(verb: string, object: Partial<AuditEvent['object']>, code = 200): AuditEvent {
  return {
    user: 'somebody',
    verb,
    requestUri: '/',
    object: {
      apiGroup: 'apps',
      resource: 'deployments',
      subresource: undefined,
      namespace: 'a',
      name: 'coredns',
      ...object,
    },
    code,
    dryRun: false,
    receivedAt: '2026-11-20T12:00:00Z',
  };
}

function unneeded(
  requests: readonly AuditEvent[],
  rights = rightsOf(role, 'somebody', 'a'),
): readonly string[] {
  return unneededOf(rights, requests).map(described);
}

describe('a right is needed', () => {
  it('only when a request was granted by it: the same verb, object and namespace', () => {
    expect(unneeded([request('get', {})])).toEqual([
      'reader: patch apps deployments coredns in a',
      'reader: create core services (all) in a',
    ]);
    expect(unneeded([request('get', { namespace: 'b' }), request('get', { name: 'other' })])).toHaveLength(3);
    expect(unneeded([request('get', { subresource: 'status' })])).toHaveLength(3);
    expect(unneeded([{ ...request('get', {}), user: 'another' }])).toHaveLength(3);
  });

  it('by a creation, whose name authorization does not see', () => {
    const services = { apiGroup: '', resource: 'services', name: 'probe-1' };
    expect(unneeded([request('create', services, 201)])).not.toContain(
      'reader: create core services (all) in a',
    );
  });

  it('to create by name when an apply made the object', () => {
    const rules = [
      {
        apiGroups: ['apps'],
        resources: ['deployments'],
        resourceNames: ['coredns'],
        verbs: ['create', 'patch'],
      },
    ];
    const rights = rightsOf({ ...role, rules }, 'somebody', undefined);
    expect(unneeded([request('patch', {}, 200)], rights)).toEqual([
      'reader: create apps deployments coredns',
    ]);
    expect(unneeded([request('patch', {}, 201)], rights)).toEqual([]);
  });

  it('not when another one grants the same', () => {
    const twice = [...rightsOf(role, 'somebody', 'a'), ...rightsOf(role, 'somebody', undefined)];
    expect(unneeded([request('get', {})], twice)).toHaveLength(twice.length);
  });
});

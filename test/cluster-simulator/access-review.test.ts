import { AuthorizationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { kubeConfigFor, refusedWith } from './client-node.ts';
import { simulatorOverHttp } from './small-cluster.ts';

test('what is forbidden is refused, and a review says so before; all else is allowed', async () => {
  const simulator = await simulatorOverHttp();
  const config = kubeConfigFor(simulator);
  const core = config.makeApiClient(CoreV1Api);
  const reviews = config.makeApiClient(AuthorizationV1Api);
  const may = async (verb: string, name: string) => {
    const resourceAttributes = { verb, resource: 'services', namespace: 'kube-system', name };
    const body = { spec: { resourceAttributes } };
    return (await reviews.createSelfSubjectAccessReview({ body })).status?.allowed;
  };
  const named = { namespace: 'kube-system', name: 'kube-dns' };
  expect(await may('get', 'kube-dns')).toBe(true);

  simulator.faults.forbid({ verb: 'get', resource: 'services', ...named });
  expect(await may('get', 'kube-dns')).toBe(false);
  expect(await may('get', 'other')).toBe(true);
  expect(await may('patch', 'kube-dns')).toBe(true);
  expect(await refusedWith(core.readNamespacedService(named))).toMatchObject({
    code: 403,
    reason: 'Forbidden',
  });

  simulator.faults.clear();
  expect(await may('get', 'kube-dns')).toBe(true);
  expect((await core.readNamespacedService(named)).metadata?.name).toBe('kube-dns');
});

test('a review of nothing is refused, and there is none to read', async () => {
  const simulator = await simulatorOverHttp();
  const reviews = kubeConfigFor(simulator).makeApiClient(AuthorizationV1Api);
  expect(await refusedWith(reviews.createSelfSubjectAccessReview({ body: { spec: {} } }))).toMatchObject({
    code: 422,
  });
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  expect((await fetch(`${simulator.url}${path}`)).status).toBe(405);
});

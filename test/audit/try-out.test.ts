import { expect, test } from 'vitest';
import { auditedCluster, type Manifest } from '../../shared/audit/index.ts';
import { systemClock } from '../../shared/clock.ts';
import { parseKubeconfig, type TransportRequest } from '../../shared/kubernetes/client/index.ts';
import { kubeconfigFor } from '../kubernetes/kubeconfig.ts';

const WANTED = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] };
const MANIFEST: Manifest = {
  how: 'patch',
  document: { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' }, spec: WANTED },
};

/** The port over an API server that gives one answer to everything. */
function answering(status: number, answer: object) {
  const asked: TransportRequest[] = [];
  const cluster = auditedCluster({
    kubeconfig: parseKubeconfig(kubeconfigFor('http://127.0.0.1:1')),
    clock: systemClock,
    transport: async (request) => {
      asked.push(request);
      return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
    },
  });
  return { cluster, asked };
}

test('what a webhook writes back is accepted without effect, which is no acceptance', async () => {
  const { cluster } = answering(200, { spec: { ...WANTED, ipFamilies: ['IPv4'] } });
  expect(await cluster.tryOut(MANIFEST)).toEqual({
    result: 'refused',
    why: 'it is accepted, but without effect on spec.ipFamilies',
  });
});

test('what the API server fills in beside it is no difference', async () => {
  const { cluster, asked } = answering(200, { spec: { ...WANTED, clusterIPs: ['100.64.0.7', 'fd00::7'] } });
  expect(await cluster.tryOut(MANIFEST)).toEqual({ result: 'accepted' });
  expect(asked.map(({ method, url }) => [method, url.searchParams.get('dryRun')])).toEqual([
    ['PATCH', 'All'],
  ]);
});

test('a right that is missing is asked for once', async () => {
  const { cluster, asked } = answering(403, {
    kind: 'Status',
    reason: 'Forbidden',
    message: 'may not patch',
  });
  const why = { result: 'not tried', why: 'may not patch' };
  expect([await cluster.tryOut(MANIFEST), await cluster.tryOut(MANIFEST)]).toEqual([why, why]);
  expect(asked).toHaveLength(1);
});

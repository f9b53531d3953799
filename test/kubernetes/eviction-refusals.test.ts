import { expect, it } from 'vitest';
import { createCluster, inProcessConnection } from '../../infra/local/cluster/index.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { pod } from '../steps/check-nodes-facts.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** What an eviction comes to when the API server answers every request so. */
async function evictionAnswered(code: number, message: string) {
  const clock = virtualClock();
  const simulated = createCluster({ clock, objects: [], serviceClusterIpRanges: ['100.64.0.0/13'] });
  const { kubeconfig } = inProcessConnection(simulated);
  const body = JSON.stringify({ kind: 'Status', status: 'Failure', message, reason: 'Forbidden', code });
  const transport = async () => ({ status: code, headers: { 'content-type': 'application/json' }, body });
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), transport, clock });
  try {
    return await clock.until(cluster.nodeDrain.evict(pod('shop/web-1', 'a')));
  } finally {
    simulated.stop();
  }
}

it.each([
  [403, 'admission webhook "guard.example.org" denied the request: copying'],
  [
    422,
    "pods \"web-1\" is forbidden: ValidatingAdmissionPolicy 'guard' with binding 'all' denied request: copying",
  ],
])('an eviction that the cluster’s own rules deny by %d is refused for now', async (code, message) => {
  expect(await evictionAnswered(code, message)).toEqual({ kind: 'refused', message });
});

it('an eviction without the right to it is no refusal that passes', async () => {
  const message = 'pods "web-1" is forbidden: User "us" cannot create resource "pods/eviction"';
  await expect(evictionAnswered(403, message)).rejects.toBeInstanceOf(ClusterRefused);
});

import { startKubernetesSimulator } from '../../infra/local/cluster/index.ts';
import { systemClock } from '../../shared/clock.ts';
import type { OpenedKubernetes } from './kubernetes/index.ts';
import { dualStackServicesContract, IPV4_RANGE, IPV6_RANGE, kubernetesContract } from './kubernetes/index.ts';

/** Nothing starts or stops a Pod while a test looks: as on a control plane without nodes. */
const NEVER: readonly [number, number] = [86_400_000, 86_400_000];

const differs = ['protobuf', 'records of controllers', 'taints of new nodes'] as const;

async function openSimulator(serviceClusterIpRanges: readonly string[]): Promise<OpenedKubernetes> {
  const simulator = await startKubernetesSimulator({
    clock: systemClock,
    objects: [],
    serviceClusterIpRanges,
    delays: { podStart: NEVER, podTermination: NEVER, podGarbageCollection: NEVER },
  });
  return {
    kubeconfig: simulator.kubeconfig,
    forgetHistory: async () => simulator.faults.forgetHistory(),
    close: () => simulator.stop(),
  };
}

kubernetesContract({
  name: 'the Kubernetes API simulator, with Services of one family',
  differs,
  open: () => openSimulator([IPV4_RANGE]),
});
dualStackServicesContract({
  name: 'the Kubernetes API simulator, with Services of both families',
  differs,
  open: () => openSimulator([IPV4_RANGE, IPV6_RANGE]),
});

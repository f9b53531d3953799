import { KubeConfig } from '@kubernetes/client-node';
import { expect, vi } from 'vitest';
import type { OpenedKubernetes } from '../contract/kubernetes/index.ts';
import {
  dualStackServicesContract,
  IPV4_RANGE,
  IPV6_RANGE,
  kubernetesContract,
} from '../contract/kubernetes/index.ts';
import { Wire } from '../contract/kubernetes/wire.ts';
import { startControlPlane } from './control-plane/index.ts';
import { describeOnCluster } from './support.ts';
import { CUSTOM_RESOURCES } from './world/crds.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const SERVED = ['/apis/crd.projectcalico.org/v1/ippools', '/apis/core.gardener.cloud/v1beta1/shoots'];

/** A real API server with the controllers of a cluster, and the custom resources that the suite asks for. */
async function openReal(serviceClusterIpRanges: readonly string[]): Promise<OpenedKubernetes> {
  const controlPlane = await startControlPlane({ serviceClusterIpRanges });
  const config = new KubeConfig();
  config.loadFromString(controlPlane.kubeconfig);
  const wire = new Wire(config);
  for (const body of CUSTOM_RESOURCES)
    expect((await wire.call('POST', DEFINITIONS, { body })).status).toBe(201);
  const isServed = async (path: string) => expect((await wire.call('GET', path)).status).toBe(200);
  for (const path of SERVED) await vi.waitFor(() => isServed(path), { timeout: 60_000, interval: 100 });
  return {
    kubeconfig: controlPlane.kubeconfig,
    forgetHistory: () => controlPlane.forgetHistory(),
    close: () => controlPlane.stop(),
  };
}

describeOnCluster('a real API server', () => {
  kubernetesContract({
    name: 'with Services of one family',
    differs: [],
    open: () => openReal([IPV4_RANGE]),
  });
  dualStackServicesContract({
    name: 'with Services of both families',
    differs: [],
    open: () => openReal([IPV4_RANGE, IPV6_RANGE]),
  });
});

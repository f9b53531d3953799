import { ApiException, KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import type { KubernetesSimulator } from '../../infra/local/cluster/index.ts';

/** client-node's configuration for the simulator, from its own kubeconfig. */
export function kubeConfigFor(simulator: KubernetesSimulator): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(simulator.kubeconfig);
  return config;
}

const status = z.object({
  code: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string(), message: z.string() }).loose()).optional() })
    .loose()
    .optional(),
});

/** The Status that client-node was refused with. */
export async function refusedWith(attempt: Promise<unknown>): Promise<z.infer<typeof status>> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    return status.parse(typeof error.body === 'string' ? JSON.parse(error.body) : error.body);
  }
  throw new Error('expected a refusal');
}

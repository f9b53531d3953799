import type { V1DaemonSet, V1Deployment } from '@kubernetes/client-node';
import type { WorkloadRollout } from '../../network-plugin.ts';
import { daemonSetRollout, deploymentRollout } from '../rollout.ts';

export function agentsRollout(workload: string, daemonSet: V1DaemonSet): WorkloadRollout {
  const held = daemonSet.spec?.updateStrategy?.type === 'OnDelete' ? 'OnDelete' : undefined;
  return { workload, ...daemonSetRollout(daemonSet), held };
}

export function operatorRollout(workload: string, deployment: V1Deployment): WorkloadRollout {
  const held = deployment.spec?.paused === true ? 'paused' : undefined;
  return { workload, ...deploymentRollout(deployment), held };
}

import type { Cluster } from '../cluster.ts';
import { wasAnswered } from './answers.ts';
import type { ApiServer } from './api-server.ts';

const namespace = 'kube-system';

/** Asks by a server-side dry run, so the real validation and allocation run and nothing is stored. */
export function dualStackServices(api: ApiServer): Pick<Cluster, 'acceptsDualStackServices'> {
  return {
    async acceptsDualStackServices() {
      const body = {
        metadata: { generateName: 'dual-stack-probe-' },
        spec: {
          type: 'ClusterIP',
          ipFamilyPolicy: 'RequireDualStack',
          ports: [{ port: 80 }],
        },
      };
      try {
        await api.read('create Service (dry run)', (options) =>
          api.core.createNamespacedService({ namespace, body, dryRun: 'All' }, options),
        );
        return true;
      } catch (error) {
        if (wasAnswered(error, 422)) return false;
        throw error;
      }
    },
  };
}

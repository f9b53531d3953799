import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import type { ApiServer } from './api-server.ts';

const namespace = 'kube-system';

/**
 * API servers of one control plane are restarted one after another and stand behind one address, so that for a while the
 * answer depends on who is asked. The questions go out at once, each over a connection of its own, and all must be
 * answered yes: with one of three servers left behind, a false yes comes in one case of five, and every later look asks again.
 */
const ASKED_AT_ONCE = 4;

/**
 * Asks by a server-side dry run, so the real validation and allocation run and nothing is stored. Only the API server's own
 * sentence about its families means no; a refusal by a quota, a webhook or for want of a permission says nothing about
 * that and is thrown.
 */
export function dualStackServices(api: ApiServer): Pick<Cluster, 'acceptsDualStackServices'> {
  async function accepts(): Promise<boolean> {
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
      if (saysSingleStack(error)) return false;
      throw error;
    }
  }

  return {
    async acceptsDualStackServices() {
      const answers = await Promise.allSettled(Array.from({ length: ASKED_AT_ONCE }, accepts));
      if (answers.some((answer) => answer.status === 'fulfilled' && !answer.value)) return false;
      for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
      return true;
    },
  };
}

const invalidSchema = z.object({
  details: z.object({
    causes: z.array(z.object({ field: z.string().optional(), message: z.string().optional() })),
  }),
});

/** `pkg/registry/core/service/storage/alloc.go` names the field and says that the cluster or a family is "not configured". */
function saysSingleStack(error: unknown): boolean {
  const answer = error instanceof Error ? error.cause : undefined;
  if (!(answer instanceof ApiException) || answer.code !== 422) return false;
  const causes = causesIn(answer.body);
  return (
    causes.length > 0 &&
    causes.every(
      ({ field = '', message = '' }) =>
        /^spec\.ipFamil(yPolicy|ies)/.test(field) && message.includes('not configured'),
    )
  );
}

function causesIn(body: unknown): z.output<typeof invalidSchema>['details']['causes'] {
  if (typeof body !== 'string') return [];
  try {
    return invalidSchema.parse(JSON.parse(body)).details.causes;
  } catch {
    return [];
  }
}

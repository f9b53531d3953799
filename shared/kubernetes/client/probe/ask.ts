import type { ConfigurationOptions, RequestContext, ResponseContext } from '@kubernetes/client-node';
import { Observable } from '@kubernetes/client-node';
import { ClusterObjectMissing, ClusterRefused, ClusterUnavailable } from '../../errors.ts';
import { ANSWER_TOO_LARGE, wasAnswered } from '../answers.ts';
import type { ApiServer } from '../api-server.ts';
import { NAMESPACE } from './manifests.ts';
import type { ProbePod } from './pods.ts';
import { PROBE_PORT } from './script.ts';

const SCRIPT = 'cgi-bin/reach';

/**
 * Those of the addresses that this pod says it reaches now; undefined when the pod cannot be asked. Asked once: when
 * this one does not answer, another one does.
 *
 * @throws ClusterRefused when we may not ask, ClusterUnavailable when the API server has no time for it.
 */
export async function reachedFrom(
  api: ApiServer,
  prober: ProbePod,
  addresses: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  const server = { namespace: NAMESPACE, name: `http:${prober.name}:${PROBE_PORT}`, path: SCRIPT };
  const body = addresses.map((address) => `${address}\n`).join('');
  try {
    const answer = await api.once(
      `ask probe pod ${prober.name}`,
      (options) => api.core.connectPostNamespacedPodProxyWithPath(server, posting(body, options)),
      `Pod ${NAMESPACE}/${prober.name}`,
    );
    return new Set(answer.split('\n').map((line) => line.trim()));
  } catch (error) {
    // Of an API server that is too busy nothing follows about the pod.
    if (wasAnswered(error, 429)) throw error;
    // "address not allowed": the pod has no address any more. One that the kubelet evicted is like that.
    if (wasAnswered(error, 400)) return undefined;
    // A pod that talks without an end is none of ours any more.
    if (error instanceof ClusterRefused && error.reason === ANSWER_TOO_LARGE) return undefined;
    if (error instanceof ClusterUnavailable || error instanceof ClusterObjectMissing) return undefined;
    throw error;
  }
}

/** The generated call has no parameter for what is posted. */
function posting(body: string, options: ConfigurationOptions): ConfigurationOptions {
  const addBody = {
    pre: (request: RequestContext) => {
      request.setHeaderParam('Content-Type', 'text/plain');
      request.setBody(body);
      return new Observable(Promise.resolve(request));
    },
    post: (response: ResponseContext) => new Observable(Promise.resolve(response)),
  };
  return { ...options, middleware: [...(options.middleware ?? []), addBody] };
}

import type { Transport } from '../../../../shared/kubernetes/client/index.ts';
import { ConnectionLost } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import { kubeconfigText } from '../kubeconfig.ts';
import { answerRequest } from './wire.ts';

/** How the Kubernetes adapters reach a cluster of this process. */
export interface InProcessConnection {
  /** A kubeconfig as YAML text, with an address that no network knows. */
  readonly kubeconfig: string;
  /** Answers as the server over HTTP does; watches, which no adapter uses, are refused with 405. */
  readonly transport: Transport;
}

/** The API server without a socket: the real adapter and the real client then run over it, on whatever clock it has. */
export function inProcessConnection(cluster: Cluster): InProcessConnection {
  return {
    kubeconfig: kubeconfigText('http://in-process.invalid'),
    transport: async ({ method, url, headers, body = '' }) => {
      const contentType = headers.get('content-type') ?? undefined;
      const accept = headers.get('accept') ?? undefined;
      const userAgent = headers.get('user-agent') ?? undefined;
      const path = `${url.pathname}${url.search}`;
      try {
        return await answerRequest(cluster, { method, url: path, contentType, accept, userAgent, body });
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        throw new TypeError('fetch failed', { cause: error });
      }
    },
  };
}

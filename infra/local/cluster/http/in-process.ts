import type {
  Transport,
  TransportAnswer,
  TransportRequest,
} from '../../../../shared/kubernetes/client/index.ts';
import { ConnectionLost } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import { callOf, type DirectCall, directAnswer } from '../direct/direct-call.ts';
import { kubeconfigText } from '../kubeconfig.ts';
import { answerAccessReview } from './access-review.ts';
import { mediaType } from './body.ts';
import { answerCall, answerRequest, refusal } from './wire.ts';

/** How the Kubernetes adapters reach a cluster of this process. */
export interface InProcessConnection {
  /** A kubeconfig as YAML text, with an address that no network knows. */
  readonly kubeconfig: string;
  /** Answers as the server over HTTP does; watches, which no adapter uses, are refused with 405. */
  readonly transport: Transport;
}

const KUBECONFIG = kubeconfigText('http://in-process.invalid');

/** The API server without a socket: the real adapter and the real client then run over it, on whatever clock it has. */
export function inProcessConnection(cluster: Cluster): InProcessConnection {
  return {
    kubeconfig: KUBECONFIG,
    transport: async (request) => {
      const call = callOf(request);
      if (call !== undefined) return answerDirectly(cluster, call, request);
      const { method, url, headers, body = '' } = request;
      const contentType = headers.get('content-type') ?? undefined;
      const accept = headers.get('accept') ?? undefined;
      const userAgent = headers.get('user-agent') ?? undefined;
      const path = `${url.pathname}${url.search}`;
      try {
        return await answerRequest(cluster, { method, url: path, contentType, accept, userAgent, body });
      } catch (error) {
        throw broken(error);
      }
    },
  };
}

/** As {@link answerRequest}, of a call that was never put into a URL. */
function answerDirectly(
  cluster: Cluster,
  { target, query, headers }: DirectCall,
  request: TransportRequest,
): TransportAnswer {
  const contentType = headers['Content-Type'];
  const body = request.body ?? '';
  try {
    if (cluster.gate.away) throw new ConnectionLost();
    if (target === 'access review') {
      return directAnswer(201, answerAccessReview(cluster.gate, { body, contentType }));
    }
    const call = {
      ...target,
      query,
      body,
      mediaType: mediaType(contentType),
      form: 'object',
      userAgent: '',
    } as const;
    const answered = answerCall(cluster, call);
    return directAnswer(answered.code, answered.body);
  } catch (error) {
    try {
      return refusal(error);
    } catch (lost) {
      throw broken(lost);
    }
  }
}

/** As `fetch` says it. */
function broken(error: unknown): unknown {
  return error instanceof ConnectionLost ? new TypeError('fetch failed', { cause: error }) : error;
}

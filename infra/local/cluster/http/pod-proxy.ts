import type { Verb } from '../access/gate.ts';
import type { Cluster } from '../cluster.ts';
import type { Pod } from '../kinds/pod.ts';
import { podIps } from '../kinds/pod.ts';
import { pods } from '../resources/core.ts';
import { ApiError, badRequest } from '../rules/errors.ts';
import { auditOf } from './resource-requests.ts';
import type { Route } from './route.ts';
import type { WireAnswer } from './wire.ts';

/** What reaches a server in a Pod through the API server's `pods/proxy`. */
export interface PodRequest {
  readonly method: string;
  /** From the Pod's own root on, with the query. */
  readonly path: string;
  /** Empty when there is none. */
  readonly body: string;
}

export interface PodAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Plays the servers in Pods; undefined when nothing answers at that port. */
export type PodProxy = (
  pod: Pod,
  port: number,
  request: PodRequest,
) => PodAnswer | undefined | Promise<PodAnswer | undefined>;

/**
 * Hands a request on to the Pod's server.
 *
 * @throws ApiError 400 for a name that cannot be read and for a Pod without address (kube-apiserver's own words: it takes
 * the empty address for a forbidden one), 404, 503 when nothing answers there.
 */
export async function answerFromPod(
  { api, gate, podProxy }: Cluster,
  target: { readonly route: Route; readonly verb: Verb },
  request: PodRequest,
): Promise<WireAnswer> {
  const { namespace } = target.route;
  const { name, port } = serverNamed(target.route);
  const pod = gate.pass(auditOf(target), () => api.get(pods, { namespace, name }));
  const [address] = podIps(pod);
  if (address === undefined) throw badRequest('address not allowed');
  const reached = port ?? firstPort(pod);
  const answer = await podProxy?.(pod, reached, request);
  if (answer === undefined) {
    const why = `error trying to reach service: dial tcp ${address}:${reached}: i/o timeout`;
    throw new ApiError(503, 'ServiceUnavailable', why);
  }
  const { status, contentType, body } = answer;
  return { status, headers: { 'content-type': contentType }, body };
}

/** `pod`, `pod:port` or `http:pod:port`. */
function serverNamed({ name: text }: Route): { readonly name: string; readonly port: number | undefined } {
  const parts = text.split(':');
  const [scheme, name = '', port = ''] = parts.length === 3 ? parts : ['http', ...parts];
  if (parts.length <= 3 && scheme === 'http' && /^\d*$/.test(port)) {
    return { name, port: port === '' ? undefined : Number(port) };
  }
  throw badRequest(`invalid pod request "${text}": expected name, name:port or http:name:port`);
}

/** Asked for no port in particular, kube-apiserver takes the first one that a container declares, else HTTP's. */
function firstPort({ spec }: Pod): number {
  return spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort ?? 80;
}

import type {
  Transport as ComputeTransport,
  GoogleComputeOptions,
} from '../../../shared/compute/google/index.ts';
import type { Transport as KubernetesTransport } from '../../../shared/kubernetes/client/index.ts';
import { type AnswerRequest, directClients, readdressed } from '../gce/index.ts';
import type { Life } from './life.ts';
import type { OutgoingCall, OutgoingCalls } from './outgoing-calls.ts';

/** Whose requests pass, and what they pass. A dead instance sends nothing and hears nothing. */
export interface Wire {
  readonly life: Life;
  readonly outgoing: OutgoingCalls;
  readonly step: OutgoingCall['step'];
  readonly fence: OutgoingCall['fence'];
}

/** How Compute Engine is reached: by Google's clients over a transport, or without them. */
export type ComputeConnection = { readonly transport: ComputeTransport } | { readonly answer: AnswerRequest };

/** Compute Engine as an instance reaches it: what its adapter is made with. */
export function computeWire(
  connection: ComputeConnection,
  wire: Wire,
): Pick<GoogleComputeOptions, 'transport' | 'clients'> {
  return 'answer' in connection
    ? { clients: directClients(directComputeWire(connection.answer, wire)) }
    : { transport: googleComputeWire(connection.transport, wire) };
}

function googleComputeWire(
  transport: ComputeTransport,
  { life, outgoing, step, fence }: Wire,
): ComputeTransport {
  return (request) =>
    outgoing.send(life, {
      call: { port: 'compute', method: request.method, subject: subjectOf(request.url), step, fence },
      signal: request.signal,
      carryOut: (changed) => transport(withUrl(request, changed)),
      answer: (status, body) =>
        new Response(JSON.stringify(body), {
          status,
          headers: { 'content-type': 'application/json; charset=UTF-8' },
        }),
    });
}

/** A request is then what the simulator takes, and its text is written only for who reads it. */
function directComputeWire(answer: AnswerRequest, { life, outgoing, step, fence }: Wire): AnswerRequest {
  return (request) =>
    outgoing.send(life, {
      call: {
        port: 'compute',
        method: request.method,
        get subject() {
          return request.url;
        },
        step,
        fence,
      },
      carryOut: (changed) => answer(changed === undefined ? request : readdressed(request, changed)),
      answer: (status, body) => ({ status, body }),
    });
}

/** The API server of the shoot's cluster or of the garden, as an instance reaches it. */
export function kubernetesWire(
  transport: KubernetesTransport,
  port: 'cluster' | 'garden',
  { life, outgoing, step, fence }: Wire,
): KubernetesTransport {
  return (request) =>
    outgoing.send(life, {
      call: {
        port,
        method: request.method,
        get subject() {
          return subjectOf(request.url);
        },
        step,
        fence,
      },
      signal: request.signal,
      carryOut: (changed) => transport(withUrl(request, changed)),
      answer: (status, body) => ({
        status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
}

function subjectOf({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}

function withUrl<Request extends { readonly url: URL }>(
  request: Request,
  changed: ((url: URL) => URL) | undefined,
): Request {
  return changed === undefined ? request : { ...request, url: changed(new URL(request.url)) };
}

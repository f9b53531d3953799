import { BusUnavailable } from '../../../../shared/bus/bus.ts';
import { StoreUnavailable } from '../../../../shared/store/documents.ts';
import type { Mishap, OutgoingCall } from '../../in-process/index.ts';
import { inSeconds, type Scene } from './scene.ts';
import { befall, type Which } from './which.ts';

/** The instance that makes the request dies there: finer than a crash, since one call of a port may be several requests. */
export interface RequestCrash extends Which {
  readonly kind: 'crash at request';
  /** Before it is sent, or after its effect and before its answer. */
  readonly when: 'before' | 'after';
}

/** The connection breaks before the request arrives, or after its effect and before its answer. */
export interface ConnectionLost extends Which {
  readonly kind: 'connection lost';
  readonly when: 'before' | 'after';
}

/** An HTTP request (to cloud, cluster or garden) is answered with an error, without effect or, by a proxy on the way, after it. */
export interface Refusal extends Which {
  readonly kind: 'refusal';
  readonly status: number;
  /** Compute Engine's: `quotaExceeded`, `conditionNotMet`, `resourceNotReady`. Kubernetes': `Conflict`, `TooManyRequests`. */
  readonly reason: string;
  readonly effect?: 'none' | 'after';
}

/** The request arrives so many seconds late. */
export interface SlowRequest extends Which {
  readonly kind: 'slow request';
  readonly seconds: number;
}

/** Nobody answers at a port for so many seconds: each request breaks, as against a server that is down. */
export interface Away {
  readonly kind: 'away';
  readonly port: 'documents' | 'bus' | 'compute' | 'cluster' | 'garden';
  /** From the call that is meant here on. */
  readonly from: Which;
  readonly seconds: number;
}

/** Every answer of a port comes so many seconds late for a while. */
export interface SlowServer {
  readonly kind: 'slow server';
  readonly port: Away['port'];
  readonly from: Which;
  readonly seconds: number;
  /** How long that lasts. */
  readonly forSeconds: number;
}

/** Lists of cloud, cluster and garden come one item a page, whatever was asked for; they are whole all the same. */
export interface SmallPages extends Which {
  readonly kind: 'small pages';
}

/** A token to continue a list has expired: the API server answers 410 for each page but the first. */
export interface ExpiredToken extends Which {
  readonly kind: 'expired token';
}

export type RequestFault =
  | RequestCrash
  | ConnectionLost
  | Refusal
  | SlowRequest
  | Away
  | SlowServer
  | SmallPages
  | ExpiredToken;

export function armRequestFault(fault: RequestFault, scene: Scene): void {
  switch (fault.kind) {
    case 'away':
      lasting(scene, fault, fault.seconds, (call) => brokenConnection(call));
      return;
    case 'slow server':
      lasting(scene, fault, fault.forSeconds, () => lateBy(scene, fault.seconds));
      return;
    default:
      befall(scene, fault, (call) => {
        scene.struck();
        return mishapOf(fault, call, scene);
      });
  }
}

function mishapOf(
  fault: Exclude<RequestFault, Away | SlowServer>,
  call: OutgoingCall,
  scene: Scene,
): Mishap | undefined {
  switch (fault.kind) {
    case 'crash at request':
      return fault.when === 'before' ? 'dies before' : 'dies after';
    case 'connection lost':
      return fault.when === 'before' ? brokenConnection(call) : failingAfter(brokenConnection(call));
    case 'refusal':
      return async ({ carryOut, answer }) => {
        if (fault.effect === 'after') await carryOut();
        return answer(fault.status, errorBody(call, fault));
      };
    case 'slow request':
      scene.struck(inSeconds(scene, fault.seconds));
      return lateBy(scene, fault.seconds);
    case 'small pages':
      return ({ carryOut }) => carryOut(oneAPage);
    case 'expired token':
      if (!/[?&]continue=./.test(call.subject)) return ({ carryOut }) => carryOut(oneAPage);
      return async ({ answer }) =>
        answer(410, kubernetesStatus(410, 'Expired', 'The provided continue parameter is too old.'));
  }
}

function failingAfter(error: Error): Mishap {
  return async ({ carryOut }) => {
    await carryOut();
    throw error;
  };
}

function lateBy({ world }: Scene, seconds: number): Mishap {
  return async ({ carryOut }) => {
    await world.clock.sleep(seconds * 1_000);
    return await carryOut();
  };
}

/** From the call on, for so many seconds, something befalls every call of the port. */
function lasting(
  scene: Scene,
  { port, from }: Away | SlowServer,
  seconds: number,
  mishap: (call: OutgoingCall) => Mishap,
): void {
  const { world, signal } = scene;
  let until: number | undefined;
  befall(scene, { ...from, count: 1 }, () => {
    until = inSeconds(scene, seconds);
    scene.struck(until);
    return undefined;
  });
  const end = world.outgoing.onOutgoing((call) =>
    call.port === port && until !== undefined && world.clock.now() < until ? mishap(call) : undefined,
  );
  signal.addEventListener('abort', end, { once: true });
}

/** What the caller sees when nobody answers. */
export function brokenConnection({
  port,
  method,
  subject,
}: Pick<OutgoingCall, 'port' | 'method' | 'subject'>): Error {
  switch (port) {
    case 'documents':
      return new StoreUnavailable(`${method} ${subject}: 14 UNAVAILABLE: no connection`);
    case 'bus':
      return new BusUnavailable(`topic ${subject} did not take a message: 14 UNAVAILABLE: no connection`);
    case 'compute':
      return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    default:
      return new TypeError('fetch failed');
  }
}

/** Both APIs let the caller choose how much a page holds. */
function oneAPage(url: URL): URL {
  const changed = new URL(url);
  const isCompute = changed.pathname.includes('/compute/v1/');
  changed.searchParams.set(isCompute ? 'maxResults' : 'limit', '1');
  return changed;
}

function errorBody({ port }: OutgoingCall, { status, reason }: Refusal): object {
  const message = `Simulated fault: ${reason}`;
  if (port !== 'compute') return kubernetesStatus(status, reason, message);
  return { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } };
}

function kubernetesStatus(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

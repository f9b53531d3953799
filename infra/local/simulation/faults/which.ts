import { MethodTable } from '../../gce/http/method-table.ts';
import { METHODS } from '../../gce/methods/index.ts';
import type { Mishap, OutgoingCall } from '../../in-process/index.ts';
import type { Scene } from './scene.ts';

/** Calls that leave the product, counted over all of its runs from the moment at which the faults were armed. */
export interface Which {
  /** Beginning of their names ({@link nameOf}), e.g. `compute routes.delete`; empty for all. */
  readonly calls: string;
  /** Part of what they concern: of a path, a topic, paths of documents; any when left out. */
  readonly about?: string;
  /** The how-manieth of them, from 1. */
  readonly nth: number;
  /** How many in a row from there on; 1 when left out. */
  readonly count?: number;
}

/**
 * When something happens by itself: so many simulated seconds after the change of the shoot, or as the product makes a
 * call, a moment before that goes out.
 */
export type Moment = { readonly atSeconds: number } | { readonly atCall: Which };

/**
 * A call in the words of who is called: `compute routes.delete`, `cluster patch deployments`, `documents commit`,
 * `bus publish`, `reachability unreached`.
 */
export function nameOf(call: OutgoingCall): string {
  switch (call.port) {
    case 'compute':
      return `compute ${computeMethod(call)}`;
    case 'cluster':
    case 'garden':
      return `${call.port} ${kubernetesVerb(call)}`;
    default:
      return `${call.port} ${call.method}`;
  }
}

/** Lets something befall the calls that are meant. `mishap` is asked once for each of them. */
export function befall(scene: Scene, which: Which, mishap: (call: OutgoingCall) => Mishap | undefined): void {
  const { world, signal } = scene;
  const { nth, count = 1 } = which;
  const isMeant = matching(which);
  let seen = 0;
  const end = world.outgoing.onOutgoing((call) => {
    if (!isMeant(call)) return undefined;
    seen += 1;
    if (seen < nth) return undefined;
    if (seen >= nth + count - 1) end();
    return mishap(call);
  });
  signal.addEventListener('abort', end, { once: true });
}

/** Does it at its moment. What it sets off goes on beside the call, which does not wait for it. */
export function atMoment(scene: Scene, moment: Moment, action: () => void): void {
  if ('atCall' in moment) {
    befall(scene, moment.atCall, () => {
      action();
      return undefined;
    });
    return;
  }
  const due = scene.world.clock.sleep(moment.atSeconds * 1_000, scene.signal);
  due.then(action, () => undefined);
}

function matching({ calls, about }: Which): (call: OutgoingCall) => boolean {
  const [port = ''] = calls.split(' ');
  return (call) =>
    call.port.startsWith(port) &&
    (calls === port || nameOf(call).startsWith(calls)) &&
    (about === undefined || call.subject.includes(about));
}

const COMPUTE_METHODS = new MethodTable(METHODS);

function computeMethod({ method, subject }: OutgoingCall): string {
  return COMPUTE_METHODS.find(method, pathOf(subject)).method.id;
}

const KUBERNETES_VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Verb and resource as the API server's audit log has them: `list nodes`, `create pods/eviction`. */
function kubernetesVerb({ method, subject }: OutgoingCall): string {
  const { resource, name } = kubernetesObject(subject);
  return `${KUBERNETES_VERBS[method] ?? (name === '' ? 'list' : 'get')} ${resource}`;
}

/** What the path of a request to an API server names. */
export function kubernetesObject(subject: string): {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
} {
  const [, , namespace = '', plural = '', name = '', subresource] =
    /^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/(.+))?$/.exec(
      pathOf(subject),
    ) ?? [];
  return { resource: subresource === undefined ? plural : `${plural}/${subresource}`, namespace, name };
}

function pathOf(subject: string): string {
  const query = subject.indexOf('?');
  return query < 0 ? subject : subject.slice(0, query);
}

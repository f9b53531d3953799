import type { WireAnswer, WireRequest } from '../../gce/index.ts';

/** A request of the product to Compute Engine, taken apart as far as laws need it. */
export interface ComputeRequest {
  /** GET, POST, PATCH, PUT, DELETE. */
  readonly verb: string;
  /** `routes`, `instances`, `subnetworks`, `firewalls`, `operations`, …, of whatever scope. */
  readonly collection: string;
  /** Of the resource; undefined for a list or an insert, whose name is in the body. */
  readonly name: string | undefined;
  /** What follows the name: `updateNetworkInterface`. */
  readonly action: string | undefined;
  /** Undefined when there is none. */
  readonly body: unknown;
}

export type ComputeAnswer = WireAnswer;

/** `/compute/v1/projects/P/global/routes/R`, `/compute/v1/projects/P/zones/Z/instances/I/updateNetworkInterface`, … */
export function computeRequest({ method, url, body }: WireRequest): ComputeRequest {
  const query = url.indexOf('?');
  const segments = (query < 0 ? url : url.slice(0, query)).split('/').slice(5);
  const [scope = '', ...rest] = segments;
  const [collection = '', name, action] = scope === 'zones' || scope === 'regions' ? rest.slice(1) : rest;
  const aggregated = scope === 'aggregated';
  return {
    verb: method,
    collection,
    name: aggregated ? undefined : name,
    action,
    body: body === '' || method === 'GET' ? undefined : parsed(body),
  };
}

export function changesSomething({ verb, collection }: ComputeRequest): boolean {
  return verb !== 'GET' && collection !== 'operations';
}

/** A body that is not JSON has no effect, and the simulator says so. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

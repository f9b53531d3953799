import type { Answered, Clients, RequestOptions } from '../../../../shared/compute/google/index.ts';
import type { AnswerRequest } from '../http/server.ts';
import { asThrownByAClient, bodyOf } from './answers.ts';
import { callable, requestOf } from './method-call.ts';

type Send<Result> = (request: object | undefined, options: RequestOptions) => Promise<Result>;

/** Looked up once for all. */
const METHODS = {
  project: callable('projects.get'),
  network: callable('networks.get'),
  subnetwork: callable('subnetworks.get'),
  subnetworks: callable('subnetworks.aggregatedList'),
  insertSubnetwork: callable('subnetworks.insert'),
  patchSubnetwork: callable('subnetworks.patch'),
  deleteSubnetwork: callable('subnetworks.delete'),
  routes: callable('routes.list'),
  insertRoute: callable('routes.insert'),
  deleteRoute: callable('routes.delete'),
  instance: callable('instances.get'),
  instances: callable('instances.aggregatedList'),
  updateNetworkInterface: callable('instances.updateNetworkInterface'),
  firewall: callable('firewalls.get'),
  firewalls: callable('firewalls.list'),
  insertFirewall: callable('firewalls.insert'),
  patchFirewall: callable('firewalls.patch'),
  updateFirewall: callable('firewalls.update'),
  deleteFirewall: callable('firewalls.delete'),
  globalWait: callable('globalOperations.wait'),
  regionWait: callable('regionOperations.wait'),
  zoneWait: callable('zoneOperations.wait'),
} as const;

/**
 * The simulator in place of Google's clients: what the adapter asks of a client arrives as the method's own parts, and the
 * body of the answer comes back, without text, timers and turns of the event loop. For simulations that migrate by the
 * thousand; how it differs from the clients, and what holds the two together, is in the README.
 */
export function directClients(answer: AnswerRequest): Clients {
  async function asked(
    method: keyof typeof METHODS,
    request: object | undefined,
    options: RequestOptions,
  ): Promise<unknown> {
    try {
      return await bodyOf(answer, requestOf(METHODS[method], request ?? {}), options.signal);
    } catch (error) {
      throw asThrownByAClient(error);
    }
  }

  /** A read resolves with the resource. */
  const reading =
    (method: keyof typeof METHODS): Send<Answered> =>
    async (request, options) => [await asked(method, request, options)];

  /** A change resolves with a handle of the operation. */
  const changing =
    (method: keyof typeof METHODS): Send<Answered> =>
    async (request, options) => [{ latestResponse: await asked(method, request, options) }];

  /** A list resolves with its items, the request for the next page, and the whole answer, which alone is looked at. */
  const listing =
    (method: keyof typeof METHODS): Send<Answered> =>
    async (request, options) => [[], null, await asked(method, request, options)];

  const loaded = <Client>(client: Client) => {
    const ready = Promise.resolve(client);
    return () => ready;
  };

  return {
    projects: loaded({ get: reading('project') }),
    networks: loaded({ get: reading('network') }),
    subnetworks: loaded({
      get: reading('subnetwork'),
      insert: changing('insertSubnetwork'),
      patch: changing('patchSubnetwork'),
      delete: changing('deleteSubnetwork'),
      innerApiCalls: { aggregatedList: listing('subnetworks') },
    }),
    routes: loaded({
      list: listing('routes'),
      insert: changing('insertRoute'),
      delete: changing('deleteRoute'),
    }),
    instances: loaded({
      get: reading('instance'),
      updateNetworkInterface: changing('updateNetworkInterface'),
      innerApiCalls: { aggregatedList: listing('instances') },
    }),
    firewalls: loaded({
      get: reading('firewall'),
      list: listing('firewalls'),
      insert: changing('insertFirewall'),
      patch: changing('patchFirewall'),
      update: changing('updateFirewall'),
      delete: changing('deleteFirewall'),
    }),
    globalOperations: loaded({ wait: reading('globalWait') }),
    regionOperations: loaded({ wait: reading('regionWait') }),
    zoneOperations: loaded({ wait: reading('zoneWait') }),
    patch: async ({ path, query, body }, signal) => {
      const url = `/compute/v1/${path.map(encodeURIComponent).join('/')}?${new URLSearchParams(query)}`;
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'PATCH', url, headers, body: JSON.stringify(body) };
      return JSON.stringify(await bodyOf(answer, request, signal));
    },
    within: (_milliseconds, signal, call) => call(signal),
  };
}

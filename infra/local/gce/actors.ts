import type { Compute } from './compute.ts';
import { ComputeError } from './core/errors.ts';
import type { Call } from './core/method.ts';
import type { Instance, Network, Operation, Route, Subnetwork } from './core/resources.ts';
import type { MethodTable } from './http/method-table.ts';

/** The body of an insert: the resource in the API's own JSON. */
export type ResourceBody = { readonly name: string; readonly [field: string]: unknown };

/**
 * What actors of the simulated world (route controller, machine controller) do to the project. Each call keeps to the same
 * rules, latencies and quotas as one over HTTP and waits, in simulated time, until its operation is done; it is not
 * counted among the clients' calls.
 * @throws ComputeError with `code` and `reason`, whether the API refused at once or the operation failed.
 */
export class ComputeActors {
  readonly #compute: Compute;
  readonly #methods: MethodTable;

  constructor(compute: Compute, methods: MethodTable) {
    this.#compute = compute;
    this.#methods = methods;
  }

  async insertInstance(zone: string, body: ResourceBody): Promise<Instance> {
    await this.#change('instances.insert', { zone }, body);
    return this.getInstance(zone, body.name);
  }

  async deleteInstance(zone: string, instance: string): Promise<void> {
    await this.#change('instances.delete', { zone, instance });
  }

  async stopInstance(zone: string, instance: string): Promise<void> {
    await this.#change('instances.stop', { zone, instance });
  }

  async startInstance(zone: string, instance: string): Promise<void> {
    await this.#change('instances.start', { zone, instance });
  }

  /** `patch` as instances.updateNetworkInterface takes it, with the NIC's fingerprint. */
  async updateNetworkInterface(
    zone: string,
    instance: string,
    nic: string,
    patch: object,
  ): Promise<Instance> {
    await this.#change('instances.updateNetworkInterface', { zone, instance }, patch, {
      networkInterface: nic,
    });
    return this.getInstance(zone, instance);
  }

  async insertRoute(body: ResourceBody): Promise<Route> {
    await this.#change('routes.insert', {}, body);
    return this.getRoute(body.name);
  }

  async deleteRoute(route: string): Promise<void> {
    await this.#change('routes.delete', { route });
  }

  async patchSubnetwork(region: string, subnetwork: string, patch: object): Promise<Subnetwork> {
    await this.#change('subnetworks.patch', { region, subnetwork }, patch);
    return this.getSubnetwork(region, subnetwork);
  }

  async insertSubnetwork(region: string, body: ResourceBody): Promise<Subnetwork> {
    await this.#change('subnetworks.insert', { region }, body);
    return this.getSubnetwork(region, body.name);
  }

  getInstance(zone: string, instance: string): Promise<Instance> {
    return this.#read<Instance>('instances.get', { zone, instance });
  }

  getRoute(route: string): Promise<Route> {
    return this.#read<Route>('routes.get', { route });
  }

  getSubnetwork(region: string, subnetwork: string): Promise<Subnetwork> {
    return this.#read<Subnetwork>('subnetworks.get', { region, subnetwork });
  }

  getNetwork(network: string): Promise<Network> {
    return this.#read<Network>('networks.get', { network });
  }

  /** Every instance of the project. One call, however many there are. */
  async listInstances(): Promise<readonly Instance[]> {
    return (await this.#compute.read()).instances.values();
  }

  /** Every static route of the project, without the subnet routes. One call, however many there are. */
  async listRoutes(): Promise<readonly Route[]> {
    return (await this.#compute.read()).routes.values();
  }

  async #change(
    method: string,
    params: Call['params'],
    body?: object,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Operation> {
    const { operation } = await this.#call(method, params, body, query);
    if (operation === undefined)
      throw new Error(`${method} of ${JSON.stringify(params)} changed nothing (HTTP 304)`);
    const { project, operations } = this.#compute;
    const done = await operations.whenDone(project.path(operation.selfLink));
    const failure = done.error?.errors[0];
    if (failure === undefined) return done;
    throw new ComputeError(done.httpErrorStatusCode ?? 400, failure.code, failure.message);
  }

  async #read<T>(method: string, params: Call['params']): Promise<T> {
    const { body } = await this.#call(method, params, undefined, {});
    // The method's own answer: its resource's type is fixed by the method's name.
    return body as T;
  }

  #call(
    method: string,
    params: Call['params'],
    body: object | undefined,
    query: Readonly<Record<string, string>>,
  ) {
    const call: Call = {
      params: { project: this.#compute.project.id, ...params },
      query: new URLSearchParams(query),
      body,
      acceptsPartialResults: false,
    };
    return this.#compute.call(this.#methods.named(method), call, 'actors');
  }
}

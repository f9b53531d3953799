import { alreadyExists, notFound } from '../core/errors.ts';
import { instanceOf, instancePath, instanceRequest } from '../core/instances.ts';
import type { ResourcePath } from '../core/links.ts';
import { scopePath, zonal } from '../core/links.ts';
import type { Call, Method, Mutation } from '../core/method.ts';
import { param } from '../core/method.ts';
import { checkNic } from '../core/nics.ts';
import type { Project } from '../core/project.ts';
import type { Instance, InstanceStatus } from '../core/resources.ts';
import { aggregatedBody } from '../lists/aggregated.ts';
import { listBody } from '../lists/list.ts';
import { updateNetworkInterfaceMethod } from './network-interfaces.ts';

const COLLECTION = 'projects/{project}/zones/{zone}/instances';
const ONE = `${COLLECTION}/{instance}`;

const scopeOf = (call: Call) => zonal(param(call, 'zone'));

/** @throws ComputeError 404 */
export function existingInstance(project: Project, path: ResourcePath): Instance {
  const instance = project.instances.get(path);
  if (instance === undefined) throw notFound(path);
  return instance;
}

export function instancePathOf(project: Project, call: Call): ResourcePath {
  return instancePath(project, scopeOf(call), param(call, 'instance'));
}

/** A change of one instance as a mutation. */
export function instanceMutation(
  project: Project,
  call: Call,
  operationType: string,
  effect: (target: ResourcePath) => void,
): Mutation {
  const target = instancePathOf(project, call);
  const { id } = existingInstance(project, target);
  return { operationType, scope: scopeOf(call), target, targetId: id, effect: () => effect(target) };
}

function statusMethod(id: string, action: string, status: InstanceStatus): Method {
  return {
    id,
    verb: 'POST',
    path: `${ONE}/${action}`,
    quota: 'writes',
    run: ({ project }, call) => {
      const effect = (target: ResourcePath) =>
        project.putInstance({ ...existingInstance(project, target), status });
      return { mutation: instanceMutation(project, call, action, effect) };
    },
  };
}

/** Instances: get, list, aggregatedList, insert, delete, stop, start, updateNetworkInterface. All operations are zonal. */
export const instanceMethods: readonly Method[] = [
  {
    id: 'instances.get',
    verb: 'GET',
    path: ONE,
    quota: 'reads',
    run: ({ project }, call) => ({ body: existingInstance(project, instancePathOf(project, call)) }),
  },
  {
    id: 'instances.list',
    verb: 'GET',
    path: COLLECTION,
    quota: 'lists',
    run: ({ project }, call) => {
      const zone = `projects/${project.id}/${scopePath(scopeOf(call))}`;
      const instances = project.instances.values().filter((one) => project.path(one.zone) === zone);
      return { body: listBody(call, 'compute#instanceList', `${zone}/instances`, instances) };
    },
  },
  {
    id: 'instances.aggregatedList',
    verb: 'GET',
    path: 'projects/{project}/aggregated/instances',
    quota: 'lists',
    run: ({ project, unreachable }, call) => ({
      body: aggregatedBody(project, call, {
        kind: 'compute#instanceAggregatedList',
        collection: 'instances',
        scopes: project.zones.map(zonal),
        all: project.instances.values(),
        unreachable,
      }),
    }),
  },
  {
    id: 'instances.insert',
    verb: 'POST',
    path: COLLECTION,
    quota: 'writes',
    run: ({ project }, call) => {
      const given = instanceRequest(call.body);
      const target = instancePath(project, scopeOf(call), given.name);
      if (project.instances.has(target)) throw alreadyExists(target);
      const subnetworks = given.networkInterfaces.map((nic, index) =>
        checkNic(project, nic, `resource.networkInterfaces[${index}]`),
      );
      const id = project.identifiers.id();
      const effect = () =>
        project.putInstance({ ...instanceOf(project, scopeOf(call), given, 'RUNNING'), id });
      const network = subnetworks[0]?.network;
      return {
        mutation: {
          operationType: 'insert',
          scope: scopeOf(call),
          target,
          targetId: id,
          ...(network !== undefined && { network: project.path(network) }),
          effect,
        },
      };
    },
  },
  {
    id: 'instances.delete',
    verb: 'DELETE',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => {
      const effect = (target: ResourcePath) => project.removeInstance(target);
      const mutation = instanceMutation(project, call, 'delete', effect);
      const waitsForTarget = project.switches.deleteInstanceInFlight === 'resourceNotReady';
      return { mutation: { ...mutation, waitsForTarget } };
    },
  },
  statusMethod('instances.stop', 'stop', 'TERMINATED'),
  statusMethod('instances.start', 'start', 'RUNNING'),
  updateNetworkInterfaceMethod(ONE),
];

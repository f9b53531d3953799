import { alreadyExists, inUse, invalid, notFound } from '../core/errors.ts';
import type { ResourcePath, Scope } from '../core/links.ts';
import { regional, scopePath } from '../core/links.ts';
import type { Call, Method, Mutation } from '../core/method.ts';
import { param } from '../core/method.ts';
import type { Project } from '../core/project.ts';
import { checkIpv6Policy, checkRanges } from '../core/range-rules.ts';
import type { Subnetwork } from '../core/resources.ts';
import { subnetworkOf, subnetworkPath } from '../core/subnetworks.ts';
import { aggregatedBody } from '../lists/aggregated.ts';
import { listBody } from '../lists/list.ts';
import { subnetworkChangeMethods } from './subnetwork-changes.ts';

const COLLECTION = 'projects/{project}/regions/{region}/subnetworks';
const ONE = `${COLLECTION}/{subnetwork}`;

const scopeOf = (call: Call): Scope => regional(param(call, 'region'));

/** @throws ComputeError 404 */
export function existingSubnetwork(project: Project, path: ResourcePath): Subnetwork {
  const subnetwork = project.subnetworks.get(path);
  if (subnetwork === undefined) throw notFound(path);
  return subnetwork;
}

export function subnetworkPathOf(project: Project, call: Call): ResourcePath {
  return subnetworkPath(project, scopeOf(call), param(call, 'subnetwork'));
}

/** A change of one subnetwork as a mutation. */
export function subnetworkMutation(
  project: Project,
  call: Call,
  operationType: string,
  effect: (target: ResourcePath) => void,
): Mutation {
  const target = subnetworkPathOf(project, call);
  const { id, network } = existingSubnetwork(project, target);
  return {
    operationType,
    scope: scopeOf(call),
    target,
    targetId: id,
    network: project.path(network),
    effect: () => effect(target),
  };
}

/** Subnetworks: get, list, aggregatedList, insert, delete, and what changes one. All operations are regional. */
export const subnetworkMethods: readonly Method[] = [
  {
    id: 'subnetworks.get',
    verb: 'GET',
    path: ONE,
    quota: 'reads',
    run: ({ project }, call) => ({ body: existingSubnetwork(project, subnetworkPathOf(project, call)) }),
  },
  {
    id: 'subnetworks.list',
    verb: 'GET',
    path: COLLECTION,
    quota: 'lists',
    run: ({ project }, call) => {
      const region = `projects/${project.id}/${scopePath(scopeOf(call))}`;
      const subnetworks = project.subnetworks.values().filter((one) => project.path(one.region) === region);
      return { body: listBody(call, 'compute#subnetworkList', `${region}/subnetworks`, subnetworks) };
    },
  },
  {
    id: 'subnetworks.aggregatedList',
    verb: 'GET',
    path: 'projects/{project}/aggregated/subnetworks',
    quota: 'lists',
    run: ({ project, unreachable }, call) => ({
      body: aggregatedBody(project, call, {
        kind: 'compute#subnetworkAggregatedList',
        collection: 'subnetworks',
        scopes: project.regions.map(regional),
        all: project.subnetworks.values(),
        unreachable,
      }),
    }),
  },
  {
    id: 'subnetworks.insert',
    verb: 'POST',
    path: COLLECTION,
    quota: 'writes',
    run: ({ project }, call) => {
      const subnetwork = subnetworkOf(project, scopeOf(call), call.body);
      const target = project.pathOf(subnetwork);
      if (project.subnetworks.has(target)) throw alreadyExists(target);
      const flagged = subnetwork.allowSubnetCidrRoutesOverlap === true;
      if (flagged && project.switches.flagAtCreation === 'refused') {
        throw invalid('resource.allowSubnetCidrRoutesOverlap', 'true', 'Simulator: not at creation.');
      }
      checkIpv6Policy(project, subnetwork.ipv6AccessType);
      checkRanges(project, undefined, subnetwork);
      const effect = () => {
        checkRanges(project, undefined, subnetwork);
        project.putSubnetwork({ ...subnetwork, creationTimestamp: project.timestamp() });
      };
      return {
        mutation: {
          operationType: 'insert',
          scope: scopeOf(call),
          target,
          targetId: subnetwork.id,
          network: project.path(subnetwork.network),
          effect,
        },
      };
    },
  },
  {
    id: 'subnetworks.delete',
    verb: 'DELETE',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => {
      checkUnused(project, subnetworkPathOf(project, call));
      const effect = (target: ResourcePath) => {
        checkUnused(project, target);
        project.removeSubnetwork(target);
      };
      return { mutation: subnetworkMutation(project, call, 'delete', effect) };
    },
  },
  ...subnetworkChangeMethods(ONE),
];

function checkUnused(project: Project, path: ResourcePath): void {
  const user = project.instances
    .values()
    .find((instance) => instance.networkInterfaces.some((nic) => project.path(nic.subnetwork) === path));
  if (user !== undefined) throw inUse('subnetwork', path, project.pathOf(user));
}

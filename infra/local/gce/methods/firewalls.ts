import { alreadyExists, invalid, notFound } from '../core/errors.ts';
import { firewallOf, firewallPath } from '../core/firewalls.ts';
import type { ResourcePath } from '../core/links.ts';
import { GLOBAL } from '../core/links.ts';
import type { Call, Method, Mutation } from '../core/method.ts';
import { param } from '../core/method.ts';
import type { Project } from '../core/project.ts';
import type { Firewall } from '../core/resources.ts';
import { listBody } from '../lists/list.ts';

const COLLECTION = 'projects/{project}/global/firewalls';
const ONE = `${COLLECTION}/{firewall}`;

function existing(project: Project, path: ResourcePath): Firewall {
  const firewall = project.firewalls.get(path);
  if (firewall === undefined) throw notFound(path);
  return firewall;
}

const pathOf = (project: Project, call: Call) => firewallPath(project, param(call, 'firewall'));

/** Firewalls have no fingerprint (gcp-compute-semantics.md §7): the last writer wins. */
function change(project: Project, call: Call, operationType: string, merge: boolean): Mutation {
  const target = pathOf(project, call);
  const next = (): Firewall => {
    const before = existing(project, target);
    const body = { ...(merge && before), name: before.name, ...(call.body ?? {}) };
    const after = firewallOf(project, body, before);
    if (after.network !== before.network && project.path(after.network) !== project.path(before.network)) {
      throw invalid(
        'resource.network',
        after.network,
        'Simulator: the network of a firewall cannot be modified.',
      );
    }
    return after;
  };
  const { id, network } = next();
  return {
    operationType,
    scope: GLOBAL,
    target,
    targetId: id,
    network: project.path(network),
    effect: () => project.putFirewall(next()),
  };
}

/** Firewalls: get, list, insert, patch, update, delete. All operations are global. */
export const firewallMethods: readonly Method[] = [
  {
    id: 'firewalls.get',
    verb: 'GET',
    path: ONE,
    quota: 'reads',
    run: ({ project }, call) => ({ body: existing(project, pathOf(project, call)) }),
  },
  {
    id: 'firewalls.list',
    verb: 'GET',
    path: COLLECTION,
    quota: 'lists',
    run: ({ project }, call) => {
      const path = `projects/${project.id}/global/firewalls`;
      return { body: listBody(call, 'compute#firewallList', path, project.firewalls.values()) };
    },
  },
  {
    id: 'firewalls.insert',
    verb: 'POST',
    path: COLLECTION,
    quota: 'writes',
    run: ({ project }, call) => {
      const firewall = firewallOf(project, call.body);
      const target = project.pathOf(firewall);
      if (project.firewalls.has(target)) throw alreadyExists(target);
      return {
        mutation: {
          operationType: 'insert',
          scope: GLOBAL,
          target,
          targetId: firewall.id,
          network: project.path(firewall.network),
          effect: () => project.putFirewall({ ...firewall, creationTimestamp: project.timestamp() }),
        },
      };
    },
  },
  {
    id: 'firewalls.patch',
    verb: 'PATCH',
    path: ONE,
    quota: 'writes',
    // The recorded operation type of a patch; that of an update is not recorded.
    run: ({ project }, call) => ({ mutation: change(project, call, 'compute.firewalls.patch', true) }),
  },
  {
    id: 'firewalls.update',
    verb: 'PUT',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => ({ mutation: change(project, call, 'update', false) }),
  },
  {
    id: 'firewalls.delete',
    verb: 'DELETE',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => {
      const target = pathOf(project, call);
      const { id, network } = existing(project, target);
      return {
        mutation: {
          operationType: 'delete',
          scope: GLOBAL,
          target,
          targetId: id,
          network: project.path(network),
          effect: () => project.removeFirewall(target),
        },
      };
    },
  },
];

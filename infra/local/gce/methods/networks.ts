import { z } from 'zod';
import { addAutoSubnetworks } from '../core/auto-mode.ts';
import { parseBody } from '../core/body.ts';
import { alreadyExists, inUse, invalid, notFound } from '../core/errors.ts';
import type { ResourcePath } from '../core/links.ts';
import { GLOBAL } from '../core/links.ts';
import type { Call, Method } from '../core/method.ts';
import { param } from '../core/method.ts';
import { networkOf, networkPath, routingConfig, shownNetwork, ulaRange } from '../core/networks.ts';
import type { Project } from '../core/project.ts';
import { addDefaultRoute, isSystemDefaultRoute } from '../core/routes.ts';
import { listBody } from '../lists/list.ts';

const COLLECTION = 'projects/{project}/global/networks';
const ONE = `${COLLECTION}/{network}`;

const patchBody = z.looseObject({
  routingConfig: z.looseObject({}).optional(),
  enableUlaInternalIpv6: z.boolean().optional(),
});

function existing(project: Project, path: ResourcePath) {
  const network = project.networks.get(path);
  if (network === undefined) throw notFound(path);
  return network;
}

const pathOf = (project: Project, call: Call) => networkPath(project, param(call, 'network'));

/** Networks: get, list, insert, patch, delete. All operations are global. */
export const networkMethods: readonly Method[] = [
  {
    id: 'networks.get',
    verb: 'GET',
    path: ONE,
    quota: 'reads',
    run: ({ project }, call) => ({
      body: shownNetwork(project, existing(project, pathOf(project, call))),
    }),
  },
  {
    id: 'networks.list',
    verb: 'GET',
    path: COLLECTION,
    quota: 'lists',
    run: ({ project }, call) => {
      const networks = project.networks.values().map((network) => shownNetwork(project, network));
      return {
        body: listBody(call, 'compute#networkList', `projects/${project.id}/global/networks`, networks),
      };
    },
  },
  {
    id: 'networks.insert',
    verb: 'POST',
    path: COLLECTION,
    quota: 'writes',
    run: ({ project }, call) => {
      const network = networkOf(project, call.body);
      if (network.IPv4Range !== undefined) {
        throw invalid('resource.IPv4Range', network.IPv4Range, 'Simulator: no new legacy networks.');
      }
      const target = project.pathOf(network);
      if (project.networks.has(target)) throw alreadyExists(target);
      const effect = () => {
        project.putNetwork({ ...network, creationTimestamp: project.timestamp() });
        addAutoSubnetworks(project, network);
        addDefaultRoute(project, network, '0.0.0.0/0');
      };
      return { mutation: { operationType: 'insert', scope: GLOBAL, target, targetId: network.id, effect } };
    },
  },
  {
    id: 'networks.patch',
    verb: 'PATCH',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => {
      const target = pathOf(project, call);
      const { id, enableUlaInternalIpv6: had } = existing(project, target);
      const given = parseBody(patchBody, call.body);
      if (had === true && given.enableUlaInternalIpv6 === false) {
        throw invalid('resource.enableUlaInternalIpv6', 'false', 'Simulator: it cannot be disabled again.');
      }
      const effect = () => {
        const network = existing(project, target);
        project.putNetwork({
          ...network,
          ...(given.routingConfig !== undefined && {
            routingConfig: { ...network.routingConfig, ...routingConfig(given.routingConfig) },
          }),
          ...(given.enableUlaInternalIpv6 === true && {
            enableUlaInternalIpv6: true,
            internalIpv6Range: network.internalIpv6Range ?? ulaRange(project),
          }),
        });
      };
      return { mutation: { operationType: 'patch', scope: GLOBAL, target, targetId: id, effect } };
    },
  },
  {
    id: 'networks.delete',
    verb: 'DELETE',
    path: ONE,
    quota: 'writes',
    run: ({ project }, call) => {
      const target = pathOf(project, call);
      const { id } = existing(project, target);
      checkUnused(project, target);
      const effect = () => {
        checkUnused(project, target);
        for (const route of project.routesOf(target)) project.removeRoute(project.pathOf(route));
        for (const subnetwork of project.subnetworksOf(target)) {
          project.removeSubnetwork(project.pathOf(subnetwork));
        }
        project.removeNetwork(target);
      };
      return { mutation: { operationType: 'delete', scope: GLOBAL, target, targetId: id, effect } };
    },
  },
];

/** What came with the network goes with it: its default route, and in auto mode its unused subnetworks. */
function checkUnused(project: Project, network: ResourcePath): void {
  const auto = project.networks.get(network)?.autoCreateSubnetworks === true;
  const users = [
    ...project.instances
      .values()
      .filter((instance) => instance.networkInterfaces.some((nic) => project.path(nic.network) === network)),
    ...project.subnetworksOf(network).filter(() => !auto),
    ...project.routesOf(network).filter((route) => !isSystemDefaultRoute(route)),
    ...project.firewalls.values().filter((firewall) => project.path(firewall.network) === network),
  ];
  const user = users[0];
  if (user !== undefined) throw inUse('network', network, project.pathOf(user));
}

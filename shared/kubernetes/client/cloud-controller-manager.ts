import type { V1Container, V1Deployment } from '@kubernetes/client-node';
import type { CloudControllerManager } from '../cluster.ts';
import { ClusterRefused } from '../errors.ts';
import { isFalse } from '../go-bool.ts';
import type { ApiServer } from './api-server.ts';
import { type CommandLine, flagValue, withFlags } from './flags.ts';
import { oldPodsOf } from './pods.ts';
import { deploymentRollout } from './rollout.ts';

export interface DeploymentPlace {
  readonly namespace: string;
  readonly name: string;
}

const ROUTES_FLAG = 'configure-cloud-routes';
const ALLOCATOR_FLAG = 'cidr-allocator-type';

/** As Gardener's chart sets them for a dual-stack shoot, and for an IPv4 one without overlay (gardener-gcp-flow.md §4.2). */
const BY_ALIASES = { [ROUTES_FLAG]: 'false', [ALLOCATOR_FLAG]: 'CloudAllocator' };
const BY_ROUTES = { [ROUTES_FLAG]: 'true', [ALLOCATOR_FLAG]: 'RangeAllocator' };

export function cloudControllerManager(
  api: ApiServer,
  { namespace, name }: DeploymentPlace,
): CloudControllerManager {
  const object = `Deployment ${namespace}/${name}`;

  async function setFlags(
    flags: Readonly<Record<string, string>>,
    areInForce: (line: CommandLine) => boolean,
  ): Promise<void> {
    await api.change({
      object,
      kind: 'strategic',
      read: (options) => api.apps.readNamespacedDeployment({ namespace, name }, options),
      patchOf: (deployment) => {
        const container = managerContainer(object, deployment);
        const present = commandLine(container);
        if (areInForce(present)) return undefined;
        const { command, args } = withFlags(present, flags);
        const changed = {
          name: container.name,
          ...(command.length > 0 && { command }),
          ...(args.length > 0 && { args }),
        };
        return { spec: { template: { spec: { containers: [changed] } } } };
      },
      send: (body, options) => api.apps.patchNamespacedDeployment({ namespace, name, body }, options),
    });
  }

  return {
    async state() {
      const deployment = await api.get(object, (options) =>
        api.apps.readNamespacedDeployment({ namespace, name }, options),
      );
      const oldPods = (await oldPodsOf(api, namespace, deployment)).length;
      const rollout = deploymentRollout(deployment);
      const line = commandLine(managerContainer(object, deployment));
      return {
        managesRoutes: managesRoutes(line),
        allocatesFromAliases: allocatorOf(line) === 'CloudAllocator',
        rollout: { ...rollout, complete: rollout.complete && oldPods === 0 },
        oldPods,
      };
    },

    stopManagingRoutes: () =>
      setFlags(BY_ALIASES, (line) => !managesRoutes(line) && allocatorOf(line) === 'CloudAllocator'),
    manageRoutes: () =>
      setFlags(BY_ROUTES, (line) => managesRoutes(line) && allocatorOf(line) === 'RangeAllocator'),
  };
}

/** The flag's default is true. */
function managesRoutes(line: CommandLine): boolean {
  return !isFalse(flagValue(line, ROUTES_FLAG, 'boolean'));
}

/** The flag's default is RangeAllocator. */
function allocatorOf(line: CommandLine): string {
  return flagValue(line, ALLOCATOR_FLAG, 'string') ?? 'RangeAllocator';
}

function commandLine({ command = [], args = [] }: V1Container): CommandLine {
  return { command, args };
}

/** The container that has the flag; else the one named as in Gardener's chart; else the only one. */
function managerContainer(object: string, deployment: V1Deployment): V1Container {
  const containers = deployment.spec?.template.spec?.containers ?? [];
  const found =
    containers.find((container) => flagValue(commandLine(container), ROUTES_FLAG, 'boolean') !== undefined) ??
    containers.find(({ name }) => name.endsWith('cloud-controller-manager')) ??
    (containers.length === 1 ? containers[0] : undefined);
  if (found !== undefined) return found;
  throw new ClusterRefused(object, 'Invalid', 'no container of it is the cloud-controller-manager');
}

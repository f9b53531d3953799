import type { JsonObject } from '../../infra/local/cluster/index.ts';
import { configMaps, daemonSets, deployments, ipPools } from '../../infra/local/cluster/index.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import type { Transport } from '../../shared/kubernetes/client/transport.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import type { NetworkPluginState } from '../../shared/kubernetes/network-plugin.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { NetworkPluginName } from '../../shared/migration/network-plugins.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

export const RANGES = {
  podsIpv6: parseCidr('2600:1900:4000:1::/64'),
  nodesIpv6: parseCidr('2600:1900:4000:1::/64'),
};

/** A cluster whose nodes are dual-stack already, as `check-nodes` leaves it; its network plugin is not. */
export async function startPluginWorld(
  networkPlugin: NetworkPluginName,
  { objects = (unchanged) => unchanged, ...options }: WorldOptions = {},
): Promise<World> {
  return await startWorld({
    ...options,
    networkPlugin,
    objects: (scenario) => objects(scenario.map(withIpv6PodCidr)),
  });
}

function withIpv6PodCidr(object: JsonObject, index: number): JsonObject {
  if (object.kind !== 'Node') return object;
  const spec = Object(object.spec);
  return { ...object, spec: { ...spec, podCIDRs: [spec.podCIDR, `2600:1900:4000:1:${index + 1}::/112`] } };
}

/** The objects with one of them changed. */
export function changing(
  kind: string,
  name: string,
  change: (object: JsonObject) => JsonObject,
): (objects: JsonObject[]) => JsonObject[] {
  return (objects) =>
    objects.map((object) =>
      object.kind === kind && Object(object.metadata).name === name ? change(object) : object,
    );
}

export function settled({ agents, differing, rollouts }: NetworkPluginState): boolean {
  return (
    differing.length === 0 &&
    rollouts.every(({ complete }) => complete) &&
    agents.every(({ current, ready }) => current && ready)
  );
}

/** Everything that a configuration could touch, without statuses and what API server and controllers keep themselves. */
export async function configurationOf({ simulator: { client } }: World) {
  const lists = [configMaps, daemonSets, deployments, ipPools].map(async (resource) => {
    const { items } = await client.list(resource);
    return items.map((item) => {
      const { metadata, status: _status, ...content }: { metadata: object; status?: unknown } = item;
      const {
        resourceVersion: _version,
        managedFields: _fields,
        generation: _generation,
        ...kept
      } = structuredClone(Object(metadata));
      // Given by the Deployment's controller.
      delete kept.annotations?.['deployment.kubernetes.io/revision'];
      return { ...content, metadata: kept };
    });
  });
  const all = (await Promise.all(lists)).flat();
  return new Map(
    all.map((object) => [`${Object(object).kind} ${Object(object.metadata).name}`, structuredClone(object)]),
  );
}

/** The world's cluster through a wire on which, before the first patch of that resource goes out, somebody else acts. */
export function interposed(world: World, resource: string, act: () => Promise<void>): Cluster {
  let acted = false;
  const transport: Transport = async ({ method, url, headers, body }) => {
    if (method === 'PATCH' && url.pathname.includes(`/${resource}/`) && !acted) {
      acted = true;
      await act();
    }
    const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };
  const kubeconfig = parseKubeconfig(world.simulator.kubeconfig);
  return kubernetesCluster({ kubeconfig, clock: world.clock, transport });
}

import {
  configMaps,
  daemonSets,
  deployments,
  ipPools,
  nodes,
  pods,
  type Resource,
  services,
  shoots,
} from '../../cluster/index.ts';
import type { InProcessWorld } from '../../in-process/index.ts';
import { at, listAt, textAt } from '../laws/stored.ts';
import { counted, inOrder } from './canonical.ts';
import type { Names } from './names.ts';

export function clusterState(world: Pick<InProcessWorld, 'cluster' | 'garden'>, names: Names): object {
  const { store } = world.cluster.api.kernel;
  const all = (resource: Resource) => [...store.each(resource)];
  return {
    nodes: counted(all(nodes).map((node) => nodeState(node, names))),
    workloads: Object.fromEntries(
      [...all(deployments), ...all(daemonSets)].map((object) => [
        `${object.kind} ${object.metadata.name}`,
        workloadState(object, names),
      ]),
    ),
    configuration: Object.fromEntries(
      all(configMaps).map((object) => [object.metadata.name, inWords(at(object, 'data'), names)]),
    ),
    services: Object.fromEntries(
      all(services).map((object) => [
        `${object.metadata.namespace}/${object.metadata.name}`,
        {
          families: at(object, 'spec', 'ipFamilies'),
          policy: at(object, 'spec', 'ipFamilyPolicy'),
          address: listAt(object, 'spec', 'clusterIPs')[0],
          addresses: listAt(object, 'spec', 'clusterIPs').length,
        },
      ]),
    ),
    ipPools: inOrder(
      all(ipPools).map((pool) => names.text(`${pool.metadata.name} ${textAt(pool, 'spec', 'cidr')}`)),
    ),
    coreDnsPods: counted(
      all(pods)
        .filter((pod) => pod.metadata.labels?.['k8s-app'] === 'kube-dns')
        .map((pod) => ({
          families: listAt(pod, 'status', 'podIPs').length,
          leaving: pod.metadata.deletionTimestamp !== undefined,
        })),
    ),
    shoots: [...world.garden.api.kernel.store.each(shoots)].map((shoot) => ({
      annotations: shoot.metadata.annotations,
      families: at(shoot, 'spec', 'networking', 'ipFamilies'),
    })),
  };
}

function nodeState(node: { readonly metadata: { readonly name: string } }, names: Names): object {
  return {
    name: names.node(node.metadata.name),
    families: listAt(node, 'spec', 'podCIDRs').map((cidr) => (String(cidr).includes(':') ? 'IPv6' : 'IPv4')),
    cordoned: at(node, 'spec', 'unschedulable') === true,
    taints: listAt(node, 'spec', 'taints')
      .map((taint) => textAt(taint, 'key'))
      .sort(),
    annotations: Object.keys(Object(at(node, 'metadata', 'annotations'))).sort(),
    ready: listAt(node, 'status', 'conditions').some(
      (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
    ),
  };
}

/** The number of templates tells what was rolled twice. */
function workloadState(object: object, names: Names): object {
  return {
    generation: at(object, 'metadata', 'generation'),
    annotations: Object.keys(Object(at(object, 'spec', 'template', 'metadata', 'annotations'))).sort(),
    containers: listAt(object, 'spec', 'template', 'spec', 'containers').map((container) => ({
      name: at(container, 'name'),
      command: inWords(at(container, 'command'), names),
      args: inWords(at(container, 'args'), names),
      env: inWords(at(container, 'env'), names),
    })),
  };
}

function inWords(value: unknown, names: Names): string | undefined {
  return value === undefined ? undefined : names.text(JSON.stringify(value));
}

import * as client from '@kubernetes/client-node';
import type { ApiClients, Transport } from '../../../../shared/kubernetes/client/index.ts';
import { apiClients } from '../../../../shared/kubernetes/client/index.ts';
import * as core from '../resources/core.ts';
import * as network from '../resources/network.ts';
import { resourceByPath } from '../resources/registry.ts';
import type { Resource } from '../resources/resource.ts';
import * as workloads from '../resources/workloads.ts';
import { DirectClient, type Parameters } from './client.ts';
import { clientForm, type Model } from './client-form.ts';
import type { DirectCall } from './direct-call.ts';

type Options = client.ConfigurationOptions | undefined;
type Verb = Exclude<DirectCall['target'], string>['verb'];
type Place = Parameters & { readonly namespace?: string; readonly name?: string };
type CustomPlace = Place & { readonly group: string; readonly version: string; readonly plural: string };

/**
 * What the adapters call of the generated clients, over a transport to a simulated API server of the same process: nothing
 * is put into text on the way, and what client-node would make of an answer is made once for each version of an object.
 * Bodies stand in their callers' own words: none of theirs has a field that client-node renames.
 */
export function directClients(transport: Transport, kubeconfig: client.KubeConfig): ApiClients {
  const direct = new DirectClient(transport, kubeconfig.getCurrentCluster()?.server ?? '');
  let clients: ApiClients | undefined;
  /** For what is not worth a way of its own. */
  const generated = (): ApiClients => {
    clients ??= apiClients(kubeconfig, transport);
    return clients;
  };

  function ask(verb: Verb, resource: Resource, place: Place, options: Options, subresource = '') {
    const { namespace = '', name = '' } = place;
    const route = { resource, namespace, name, subresource, proxied: undefined };
    return direct.ask({ route, verb }, place, options);
  }
  /** A generated call: of this verb on this resource, answered with this class. */
  const calling =
    <Answer extends object>(verb: Verb, resource: Resource, model: Model<Answer>, subresource?: string) =>
    async (place: Place = {}, options?: Options): Promise<Answer> =>
      clientForm(model, await ask(verb, resource, place, options, subresource));
  /** Objects of custom resources are handed over as they are; where there are none of that name the server says so. */
  const callingCustom =
    <Place extends CustomPlace>(
      verb: Verb,
      otherwise: (place: Place, options: Options) => Promise<unknown>,
    ) =>
    (place: Place, options?: Options) => {
      const { group, version, plural } = place;
      const resource = resourceByPath(group, version, plural);
      return resource === undefined ? otherwise(place, options) : ask(verb, resource, place, options);
    };

  return {
    core: {
      connectPostNamespacedPodProxyWithPath: (place, options) =>
        generated().core.connectPostNamespacedPodProxyWithPath(place, options),
      createNamespacedPodEviction: calling('create', core.pods, client.V1Eviction, 'eviction'),
      createNamespacedService: calling('create', core.services, client.V1Service),
      deleteNamespacedConfigMap: calling('delete', core.configMaps, client.V1Status),
      deleteNode: calling('delete', core.nodes, client.V1Status),
      listNamespacedPod: calling('list', core.pods, client.V1PodList),
      listNode: calling('list', core.nodes, client.V1NodeList),
      listPodForAllNamespaces: calling('list', core.pods, client.V1PodList),
      patchNamespacedConfigMap: calling('patch', core.configMaps, client.V1ConfigMap),
      patchNamespacedService: calling('patch', core.services, client.V1Service),
      patchNode: calling('patch', core.nodes, client.V1Node),
      readNamespacedConfigMap: calling('get', core.configMaps, client.V1ConfigMap),
      readNamespacedService: calling('get', core.services, client.V1Service),
      readNode: calling('get', core.nodes, client.V1Node),
    },
    apps: {
      deleteNamespacedDaemonSet: calling('delete', workloads.daemonSets, client.V1Status),
      listNamespacedReplicaSet: calling('list', workloads.replicaSets, client.V1ReplicaSetList),
      patchNamespacedDaemonSet: calling('patch', workloads.daemonSets, client.V1DaemonSet),
      patchNamespacedDeployment: calling('patch', workloads.deployments, client.V1Deployment),
      readNamespacedDaemonSet: calling('get', workloads.daemonSets, client.V1DaemonSet),
      readNamespacedDeployment: calling('get', workloads.deployments, client.V1Deployment),
    },
    authorization: {
      createSelfSubjectAccessReview: async (place, options) =>
        clientForm(client.V1SelfSubjectAccessReview, await direct.ask('access review', place, options)),
    },
    discovery: {
      listNamespacedEndpointSlice: calling('list', network.endpointSlices, client.V1EndpointSliceList),
    },
    networking: {
      deleteNamespacedNetworkPolicy: calling('delete', network.networkPolicies, client.V1Status),
      patchNamespacedNetworkPolicy: calling('patch', network.networkPolicies, client.V1NetworkPolicy),
    },
    policy: {
      listPodDisruptionBudgetForAllNamespaces: calling(
        'list',
        workloads.podDisruptionBudgets,
        client.V1PodDisruptionBudgetList,
      ),
    },
    scheduling: {
      deletePriorityClass: calling('delete', workloads.priorityClasses, client.V1Status),
      patchPriorityClass: calling('patch', workloads.priorityClasses, client.V1PriorityClass),
    },
    custom: {
      createClusterCustomObject: callingCustom<client.CustomObjectsApiCreateClusterCustomObjectRequest>(
        'create',
        (place, options) => generated().custom.createClusterCustomObject(place, options),
      ),
      getClusterCustomObject: callingCustom<client.CustomObjectsApiGetClusterCustomObjectRequest>(
        'get',
        (place, options) => generated().custom.getClusterCustomObject(place, options),
      ),
      getNamespacedCustomObject: callingCustom<client.CustomObjectsApiGetNamespacedCustomObjectRequest>(
        'get',
        (place, options) => generated().custom.getNamespacedCustomObject(place, options),
      ),
      listClusterCustomObject: callingCustom<client.CustomObjectsApiListClusterCustomObjectRequest>(
        'list',
        (place, options) => generated().custom.listClusterCustomObject(place, options),
      ),
      patchClusterCustomObject: callingCustom<client.CustomObjectsApiPatchClusterCustomObjectRequest>(
        'patch',
        (place, options) => generated().custom.patchClusterCustomObject(place, options),
      ),
      patchNamespacedCustomObject: callingCustom<client.CustomObjectsApiPatchNamespacedCustomObjectRequest>(
        'patch',
        (place, options) => generated().custom.patchNamespacedCustomObject(place, options),
      ),
    },
  };
}

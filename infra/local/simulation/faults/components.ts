import { serverTime } from '../../cluster/api/kernel.ts';
import { crashingStatus } from '../../cluster/controllers/pod-status.ts';
import type { JsonObject, Pod } from '../../cluster/index.ts';
import { deployments, nodes, pods, shoots } from '../../cluster/index.ts';
import { resourceByPath } from '../../cluster/resources/registry.ts';
import { inSeconds, presentNode, repeatedly, type Scene } from './scene.ts';
import { atMoment, befall, kubernetesObject, type Moment, type Which } from './which.ts';

/** A node's kubelet says that it is not ready, for so many seconds: its pods count as unready, and it starts none. */
export interface NodeNotReady {
  readonly kind: 'node not ready';
  readonly moment: Moment;
  /** Place among the VMs of that moment, counted round and round. */
  readonly node: number;
  readonly forSeconds: number;
}

/** The CoreDNS pods crash as soon as they are up, for so many seconds. */
export interface DnsCrashes {
  readonly kind: 'coredns crashes';
  readonly moment: Moment;
  readonly forSeconds: number;
}

/** Somebody else changes the object that a request is about (an annotation), so that its resourceVersion is another one. */
export interface ObjectChanged extends Which {
  readonly kind: 'object changed';
}

/** gardenlet reconciles the Shoot in the middle, as it does once a day and after each change of the Shoot. */
export interface ShootReconciled {
  readonly kind: 'shoot reconciled';
  readonly moment: Moment;
}

/** Somebody sets the cloud-controller-manager back to the arguments that it had at the start: its route controller runs again. */
export interface ArgumentsSetBack {
  readonly kind: 'cloud-controller-manager set back';
  readonly moment: Moment;
}

/**
 * A cloud-controller-manager that nobody counts on is alive for a while, on a control plane node that was cut off: every ten
 * seconds it makes each pod route again that it misses.
 */
export interface RouteControllerAlive {
  readonly kind: 'route controller alive';
  readonly moment: Moment;
  readonly forSeconds: number;
}

export type ComponentFault =
  | NodeNotReady
  | DnsCrashes
  | ObjectChanged
  | ShootReconciled
  | ArgumentsSetBack
  | RouteControllerAlive;

export function armComponentFault(fault: ComponentFault, scene: Scene): void {
  switch (fault.kind) {
    case 'object changed':
      armObjectChanged(fault, scene);
      return;
    case 'cloud-controller-manager set back':
      armSetBack(fault, scene);
      return;
    case 'route controller alive':
      armRouteController(fault, scene);
      return;
    default:
      atMoment(scene, fault.moment, () => strike(fault, scene));
  }
}

function strike(fault: NodeNotReady | DnsCrashes | ShootReconciled, scene: Scene): void {
  const { world } = scene;
  switch (fault.kind) {
    case 'node not ready': {
      scene.struck(inSeconds(scene, fault.forSeconds));
      const node = presentNode(scene, fault.node);
      if (node === undefined) return;
      repeatedly(scene, fault.forSeconds, 1, () => setUnready(scene, node.name));
      return;
    }
    case 'coredns crashes':
      scene.struck(inSeconds(scene, fault.forSeconds));
      repeatedly(scene, fault.forSeconds, 1, () => crashDns(scene));
      return;
    case 'shoot reconciled': {
      scene.struck();
      const { namespace, name } = world.shoot.shoot;
      const body = { metadata: { annotations: { 'gardener.cloud/operation': 'reconcile' } } };
      world.garden.api.patch(shoots, { namespace, name }, { kind: 'merge', body });
    }
  }
}

function setUnready({ world: { cluster, clock } }: Scene, name: string): void {
  const { api } = cluster;
  if (api.kernel.store.get(nodes, { namespace: '', name }) === undefined) return;
  const condition = {
    type: 'Ready',
    status: 'False',
    reason: 'KubeletNotReady',
    message: 'PLEG is not healthy',
    lastTransitionTime: serverTime(clock.now()),
  };
  const body = { status: { conditions: [condition] } };
  try {
    api.patch(nodes, { namespace: '', name }, { kind: 'strategic', body }, { subresource: 'status' });
  } catch {
    // The Node is one that no API server takes as long as `one family twice` lasts.
  }
}

function crashDns({ world: { cluster, clock } }: Scene): void {
  const { api } = cluster;
  const isDns = ({ metadata }: Pod) => metadata.labels?.['k8s-app'] === 'kube-dns';
  for (const pod of [...api.kernel.store.each(pods, 'kube-system')].filter(isDns)) {
    const node = api.kernel.store.get(nodes, { namespace: '', name: pod.spec.nodeName ?? '' });
    if (node === undefined || pod.status?.phase !== 'Running') continue;
    const status = crashingStatus(pod, node, 'back-off restarting', serverTime(clock.now()));
    const body = JSON.parse(
      JSON.stringify({ status: { ...status, podIP: pod.status.podIP, podIPs: pod.status.podIPs } }),
    );
    const key = { namespace: 'kube-system', name: pod.metadata.name };
    api.patch(pods, key, { kind: 'merge', body }, { subresource: 'status' });
  }
}

function armObjectChanged(fault: ObjectChanged, scene: Scene): void {
  const { world } = scene;
  befall(scene, fault, ({ port, subject }) => {
    const api = (port === 'garden' ? world.garden : world.cluster).api;
    const { resource: plural, namespace, name } = kubernetesObject(subject);
    const [, group = '', version = 'v1'] = /^\/apis\/([^/]+)\/([^/]+)\//.exec(subject) ?? [];
    const resource = resourceByPath(group, version, plural.split('/')[0] ?? '');
    if (resource === undefined || name === '') return undefined;
    scene.struck();
    const body = { metadata: { annotations: { 'example.org/changed': String(world.clock.now()) } } };
    try {
      api.patch(resource, { namespace, name }, { kind: 'merge', body });
    } catch {
      // It is gone: the request will hear of that.
    }
    return undefined;
  });
}

const MANAGER = { namespace: 'kube-system', name: 'cloud-controller-manager' };

function armSetBack(fault: ArgumentsSetBack, scene: Scene): void {
  const { api } = scene.world.cluster;
  const containers = api
    .get(deployments, MANAGER)
    .spec.template.spec.containers.map(({ name, args = [] }) => ({
      name,
      args,
    }));
  atMoment(scene, fault.moment, () => {
    scene.struck();
    const body: JsonObject = { spec: { template: { spec: { containers } } } };
    api.patch(deployments, MANAGER, { kind: 'strategic', body });
  });
}

function armRouteController(fault: RouteControllerAlive, scene: Scene): void {
  const { compute } = scene.world;
  const own = compute.resources.routes.values().filter(({ description }) => description === 'k8s-node-route');
  atMoment(scene, fault.moment, () => {
    scene.struck(inSeconds(scene, fault.forSeconds));
    repeatedly(scene, fault.forSeconds, 10, () => {
      for (const { name, network, destRange, priority, description, nextHopInstance } of own) {
        const body = { name, network, destRange, priority, description, nextHopInstance };
        void compute.actors.insertRoute(body).catch(() => undefined);
      }
    });
  });
}

import { isIP } from 'node:net';
import { pods, services } from '../../cluster/index.ts';
import type { Change } from '../../cluster/store/store.ts';
import { isLedBack } from './plan.ts';
import type { LawWatcher } from './scene.ts';
import { at, listAt, textAt } from './stored.ts';

const DNS_APP = 'kube-dns';

export const kubeDnsKeepsItsAddress: LawWatcher = ({ world, stored, broken }) => {
  const law = 'kube-dns keeps its address';
  const service = world.cluster.api.kernel.store.get(services, {
    namespace: 'kube-system',
    name: 'kube-dns',
  });
  const address = listAt(service, 'spec', 'clusterIPs')[0];
  return {
    clusterChanged: ({ type, resource, object, previous }, byProduct) => {
      if (resource.kind !== 'Service' || object.metadata.name !== 'kube-dns') return;
      if (type === 'DELETED') return broken(law, 'the Service was deleted');
      if (object.metadata.uid !== service?.metadata.uid) broken(law, 'the Service is another one');
      const [first, ...others] = listAt(object, 'spec', 'clusterIPs');
      if (first !== address) broken(law, `its first cluster IP was ${address} and is ${first}`);
      const had = listAt(previous, 'spec', 'clusterIPs').length;
      // Gardener applies its own Service until its reconciliations come to the second family.
      if (byProduct && had > others.length + 1 && !isLedBack(stored)) {
        broken(law, `it had ${had} cluster IPs and the product left it ${others.length + 1}`);
      }
    },
  };
};

export const kubeDnsIsSwitchedToWhatAnswers: LawWatcher = ({ world, now, broken }) => {
  const law = 'kube-dns is switched to what answers';
  /** Live pods that do not answer over both families, since when. */
  const lacking = new Map<string, number>();
  /** By fencing token: when that run last asked for the pods. */
  const looks = new Map<number | undefined, number>();
  for (const pod of world.cluster.api.kernel.store.each(pods, 'kube-system')) follow(pod);

  function follow(pod: Change['object']): void {
    if (!isDns(pod)) return;
    const { name } = pod.metadata;
    if (!isLive(pod) || answersOverBoth(pod)) lacking.delete(name);
    else if (!lacking.has(name)) lacking.set(name, now());
  }

  return {
    clusterChanged: ({ type, resource, object }) => {
      if (resource.kind !== 'Pod') return;
      if (type === 'DELETED') lacking.delete(object.metadata.name);
      else follow(object);
    },
    called: ({ port, method, fence }) => {
      if (port !== 'cluster') return;
      if (method === 'coreDns.pods') looks.set(fence, now());
      if (method !== 'kubeDns.makeDualStack') return;
      const lookedAt = looks.get(fence);
      if (lookedAt === undefined) return broken(law, 'no run looked at the pods of CoreDNS before');
      // What has been so since before the look has been seen.
      const seen = [...lacking].filter(([, since]) => since < lookedAt).map(([name]) => name);
      if (seen.length > 0) broken(law, `${seen.join(', ')} did not answer over both families by then`);
    },
  };
};

/** A crash is the case's doing, and so is what the rollout of pods that crashed comes to shortly after. */
const SETTLING_MS = 60_000;
/** Until a pod whose machine went has a successor that is Ready: the node's grace time, its eviction and the start. */
const NODE_GONE_MS = 300_000;

export const coreDnsRestartsOnce: LawWatcher = ({ world, theCase, nodes, resources, now, broken }) => {
  const law = 'CoreDNS restarts once';
  const ready = new Set<string>();
  const mayCrash = theCase.faults.some(({ kind }) => kind === 'coredns crashes');
  const movesVms = theCase.faults.some(({ kind }) => kind.startsWith('vm '));
  let vmWentAt = Number.NEGATIVE_INFINITY;
  let restarts = 0;
  let crashedAt = Number.NEGATIVE_INFINITY;
  for (const pod of world.cluster.api.kernel.store.each(pods, 'kube-system')) {
    if (isDns(pod) && isReady(pod)) ready.add(pod.metadata.name);
  }

  /** Its node is whole: whoever ends this pod ends it on purpose. */
  function nodeStands(name: string): boolean {
    const node = nodes.get(name);
    if (node === undefined || !node.ready || node.leaving || node.cordoned) return false;
    return resources.instances.values().some((vm) => vm.name === name && vm.status === 'RUNNING');
  }

  /** By the case: the machine that another of the pods was on went just then. */
  function nodesAreMoved(): boolean {
    return movesVms && now() - vmWentAt <= NODE_GONE_MS;
  }

  function deploymentChanged({ object, previous }: Change): void {
    if (at(object, 'metadata', 'generation') === at(previous, 'metadata', 'generation')) return;
    restarts += 1;
    if (restarts > 1) broken(law, `the product changed its pod template ${restarts} times`);
  }

  function podChanged({ type, object }: Change): void {
    const { name } = object.metadata;
    if (mayCrash && isCrashing(object)) crashedAt = now();
    if (type !== 'DELETED' && isReady(object)) return void ready.add(name);
    if (!ready.delete(name) || ready.size > 0) return;
    if (now() - crashedAt <= SETTLING_MS || nodesAreMoved()) return;
    const node = textAt(object, 'spec', 'nodeName');
    if (nodeStands(node)) broken(law, `${name} on ${node} was the last CoreDNS pod that was Ready`);
  }

  return {
    changed: (event) => {
      if (event.type === 'instance-deleted' || event.type === 'instance-status-changed') vmWentAt = event.at;
    },
    clusterChanged: (change, byProduct) => {
      const { resource, object } = change;
      if (resource.kind === 'Pod' && isDns(object)) podChanged(change);
      else if (resource.kind === 'Deployment' && byProduct && object.metadata.name === 'coredns') {
        deploymentChanged(change);
      }
    },
  };
};

function isDns(pod: object): boolean {
  return textAt(pod, 'metadata', 'labels', 'k8s-app') === DNS_APP;
}

function isReady(pod: object): boolean {
  const condition = listAt(pod, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
  return textAt(condition, 'status') === 'True';
}

/** One that fails, has ended or is being deleted says nothing about CoreDNS any more. */
function isLive(pod: object): boolean {
  const ended = ['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'));
  return !ended && at(pod, 'metadata', 'deletionTimestamp') === undefined;
}

function answersOverBoth(pod: object): boolean {
  const families = new Set(listAt(pod, 'status', 'podIPs').map((each) => isIP(textAt(each, 'ip'))));
  return isReady(pod) && families.has(4) && families.has(6);
}

function isCrashing(pod: object): boolean {
  return listAt(pod, 'status', 'containerStatuses').some(
    (container) => textAt(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff',
  );
}

import pLimit from 'p-limit';
import { contains, readCidr } from '../../../migration/cidr.ts';
import type { ClusterNode } from '../../cluster.ts';
import type { Reachability } from '../../reachability.ts';
import { ApiServer, type ApiServerOptions } from '../api-server.ts';
import { clusterNodes } from '../nodes.ts';
import { reachedFrom } from './ask.ts';
import { type Ask, look } from './look.ts';
import { probeManifests } from './manifests.ts';
import { applyProbe, removeProbe } from './objects.ts';
import { type ProbePod, readyProbePods } from './pods.ts';
import { inOrderOfAsking, startingAt } from './probers.ts';
import { MOST_ADDRESSES } from './script.ts';

export interface ProbeReachabilityOptions extends ApiServerOptions {
  /** Where every node finds busybox, e.g. `registry.example.org/busybox:1.36.1`. */
  readonly image: string;
}

type NodeInQuestion = Parameters<Reachability['unreached']>[0][number];

/** Above the 8 s that the slowest answer takes, and below what a caller can spare for one look. */
const ANSWER_TIMEOUT_MS = 12_000;
const CHUNKS_AT_ONCE = 8;
const LONGEST_WAIT_MS = 120_000;
const POLL_MS = 3_000;

/**
 * The port {@link Reachability} over probe pods, one on each node of the shoot, that try to reach each other; the README
 * beside this file says what follows from what they see. All methods may be repeated.
 *
 * @throws ClusterUnavailable, ClusterRefused from every method.
 */
export function probeReachability({ image, ...options }: ProbeReachabilityOptions): Reachability {
  const { clock, signal, log } = options;
  const api = new ApiServer(options);
  const asking = new ApiServer({ ...options, requestTimeoutMs: ANSWER_TIMEOUT_MS });
  const ask: Ask = (prober, addresses) => reachedFrom(asking, prober, addresses);
  const manifests = probeManifests(image);
  const { nodes: listNodes } = clusterNodes(api);
  const listPods = () => readyProbePods(api, manifests.podSelector);
  let applied = false;
  /** As last listed: for zones, which do not change. */
  let nodes: readonly ClusterNode[] | undefined;

  async function nodesWithoutPod(): Promise<readonly string[]> {
    const [present, pods] = await Promise.all([listNodes(), listPods()]);
    nodes = present;
    const probed = new Set(pods.map(({ node }) => node));
    return present.filter((node) => carriesTraffic(node) && !probed.has(node.name)).map(({ name }) => name);
  }

  async function unreachedOf(targets: readonly ProbePod[], pods: readonly ProbePod[]) {
    nodes ??= await listNodes();
    const zones = new Map(nodes.map(({ name, instance }) => [name, instance?.zone ?? '']));
    const probers = inOrderOfAsking(pods, zones, new Set(targets.map(({ node }) => node)));
    const onOwnNode = nodes.filter(({ ready }) => ready).length === 1;
    const limit = pLimit(CHUNKS_AT_ONCE);
    const looks = await Promise.all(
      chunksOf(targets, MOST_ADDRESSES).map((chunk, index) =>
        limit(() => look(chunk, { probers: startingAt(probers, 2 * index), ask, onOwnNode })),
      ),
    );
    // No pod answered. If the API server is away nothing follows of that, and this throws.
    if (looks.some(({ answered }) => !answered)) nodes = await listNodes();
    return new Set(looks.flatMap(({ unreached }) => unreached.map(({ node }) => node)));
  }

  /** Of the others nobody expects that their pods are reached. */
  async function thoseWithTraffic(untold: readonly NodeInQuestion[]): Promise<readonly NodeInQuestion[]> {
    if (untold.length === 0) return [];
    nodes = await listNodes();
    const carriers = new Set(nodes.filter(carriesTraffic).map(({ name }) => name));
    return untold.filter(({ name }) => carriers.has(name));
  }

  return {
    async prepare() {
      if (applied && (await nodesWithoutPod()).length === 0) return;
      await applyProbe(api, manifests);
      applied = true;
      const giveUpAt = clock.now() + LONGEST_WAIT_MS;
      for (;;) {
        const unprobed = await nodesWithoutPod();
        if (unprobed.length === 0) return;
        if (clock.now() >= giveUpAt) {
          log?.warn({ nodes: unprobed }, 'nodes without a ready probe pod');
          return;
        }
        await clock.sleep(POLL_MS, signal);
      }
    },

    async unreached(inQuestion) {
      if (inQuestion.length === 0) return [];
      const pods = await listPods();
      const podOn = new Map(pods.map((pod) => [pod.node, pod]));
      const targets = inQuestion.flatMap((node) => {
        const pod = podOn.get(node.name);
        return pod !== undefined && isOfPodCidr(pod, node) ? [pod] : [];
      });
      const told = new Set(targets.map(({ node }) => node));
      const unreached = await unreachedOf(targets, pods);
      const unseen = await thoseWithTraffic(inQuestion.filter(({ name }) => !told.has(name)));
      return [...unreached, ...unseen.map(({ name }) => name)];
    },

    async remove() {
      applied = false;
      await removeProbe(api);
    },
  };
}

function carriesTraffic({ ready, leaving }: ClusterNode): boolean {
  return ready && !leaving;
}

/** An address from elsewhere says nothing about how packets to the pod CIDR travel. */
function isOfPodCidr({ address }: ProbePod, { podCidr }: NodeInQuestion): boolean {
  const [outer, inner] = [readCidr(podCidr, 'IPv4'), readCidr(`${address}/32`)];
  return outer !== undefined && inner !== undefined && contains(outer, inner);
}

function chunksOf<Entry>(entries: readonly Entry[], size: number): readonly (readonly Entry[])[] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) =>
    entries.slice(index * size, (index + 1) * size),
  );
}

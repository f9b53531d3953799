import type { Node, Pod } from '../../cluster/index.ts';
import { nodes, pods } from '../../cluster/index.ts';
import { inSeconds, repeatedly, type Scene } from './scene.ts';
import { atMoment, type Moment } from './which.ts';

/**
 * For so many seconds each single-stack node shows a second pod CIDR, and each CoreDNS pod a second address, of the family that it
 * has already. No API server takes that from anybody, but one that was restored from a bad copy shows what it holds; and Gardener,
 * which only counts them, would take such a node for a dual-stack one (gardener-core-flow.md T1).
 */
export interface OneFamilyTwice {
  readonly kind: 'one family twice';
  readonly moment: Moment;
  readonly forSeconds: number;
}

export function armOneFamilyTwice(fault: OneFamilyTwice, scene: Scene): void {
  const { clock, cluster } = scene.world;
  const { store } = cluster.api.kernel;
  const each = (nodeAs: (node: Node) => Node, podAs: (pod: Pod) => Pod) => {
    for (const node of [...store.each(nodes)]) {
      const changed = nodeAs(node);
      if (changed !== node) store.put(nodes, changed);
    }
    for (const pod of [...store.each(pods, 'kube-system')]) {
      const changed = podAs(pod);
      if (changed !== pod) store.put(pods, changed);
    }
  };
  atMoment(scene, fault.moment, () => {
    scene.struck(inSeconds(scene, fault.forSeconds));
    repeatedly(scene, fault.forSeconds, 1, () => each(withTwoRanges, withTwoAddresses));
    void clock.sleep(fault.forSeconds * 1_000).then(() => each(withoutSecondRange, withoutSecondAddress));
  });
}

/** Of benchmark tests (RFC 2544): nobody's in a cluster. */
const RANGE = '198.18.7.0/24';
const ADDRESS = '198.18.7.7';

function withTwoRanges(node: Node): Node {
  const [only, ...others] = node.spec?.podCIDRs ?? [];
  if (only === undefined || others.length > 0) return node;
  return { ...node, spec: { ...node.spec, podCIDRs: [only, RANGE] } };
}

function withoutSecondRange(node: Node): Node {
  const ranges = node.spec?.podCIDRs ?? [];
  if (!ranges.includes(RANGE)) return node;
  return { ...node, spec: { ...node.spec, podCIDRs: ranges.filter((range) => range !== RANGE) } };
}

function withTwoAddresses(pod: Pod): Pod {
  const [only, ...others] = pod.status?.podIPs ?? [];
  if (pod.metadata.labels?.['k8s-app'] !== 'kube-dns' || only === undefined || others.length > 0) return pod;
  return { ...pod, status: { ...pod.status, podIPs: [only, { ip: ADDRESS }] } };
}

function withoutSecondAddress(pod: Pod): Pod {
  const addresses = pod.status?.podIPs ?? [];
  if (!addresses.some(({ ip }) => ip === ADDRESS)) return pod;
  return { ...pod, status: { ...pod.status, podIPs: addresses.filter(({ ip }) => ip !== ADDRESS) } };
}

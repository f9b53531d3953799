import { pods, services } from '../../cluster/index.ts';
import { agentsBehind } from './agents.ts';
import { isLedBack } from './plan.ts';
import type { LawWatcher, Scene } from './scene.ts';
import { instantAt, isMigration, listAt, textAt } from './stored.ts';

const law = 'constraints tell the truth';

/** As gardenlet writes them, with the only order in which it does (gardener-core-flow.md §2). */
const STAGES = [
  [
    'DualStackNodesMigrationReady',
    'Progressing',
    'NodesNotMigrated',
    'Migrating node pod CIDRs to match target network stack.',
  ],
  [
    'DualStackNodesMigrationReady',
    'True',
    'NodesMigrated',
    'All node pod CIDRs migrated to target network stack.',
  ],
  [
    'DNSServiceMigrationReady',
    'Progressing',
    'DNSServiceMigration',
    'The shoot is migrating the kube-dns service.',
  ],
  [
    'DNSServiceMigrationReady',
    'True',
    'DNSServiceMigration',
    'The coreDNS pods are ready for DNS service migration.',
  ],
] as const;
const ENDED = STAGES.length;

/** What joined so short ago may have come after the look on which the write relies. */
const JUST_NOW_MS = 60_000;

export const constraintsTellTheTruth: LawWatcher = (scene) => {
  const { stored, broken } = scene;
  let stage = 0;
  return {
    written: ({ path, before, after }) => {
      if (!isMigration(path) || after === undefined) return;
      const constraints = listAt(after, 'constraints');
      const next = stageOf(constraints);
      if (next === undefined)
        return broken(law, `nothing that Gardener writes: ${JSON.stringify(constraints)}`);
      if (before === undefined || next === stage || isLedBack(stored)) {
        stage = next;
        return;
      }
      if (next !== stage + 1) broken(law, `from ${nameOf(stage)} to ${nameOf(next)}`);
      stage = next;
      const untrue = UNTRUE[next]?.(scene);
      if (untrue !== undefined) broken(law, `${nameOf(next)}, but ${untrue}`);
    },
  };
};

/** Their place in the order; undefined for anything that Gardener would not write. */
function stageOf(constraints: readonly unknown[]): number | undefined {
  if (constraints.length === 0) return ENDED;
  if (constraints.length > 1) return undefined;
  const found = STAGES.findIndex(([type, status, reason, message]) => {
    const [one] = constraints;
    return (
      textAt(one, 'type') === type &&
      textAt(one, 'status') === status &&
      textAt(one, 'reason') === reason &&
      textAt(one, 'message') === message
    );
  });
  return found < 0 ? undefined : found;
}

function nameOf(stage: number): string {
  const [type = 'no constraint', status = ''] = STAGES[stage] ?? [];
  return `${type} ${status}`.trim();
}

/** Why what a stage stands for is not so; by stage. */
const UNTRUE: Readonly<Record<number, (scene: Scene) => string | undefined>> = {
  1: ({ nodes, now }) => {
    const single = nodes.all().find((node) => {
      const families = new Set(node.podCidrs.map((cidr) => cidr.includes(':')));
      return families.size < 2 && !node.leaving && now() - node.createdAt > JUST_NOW_MS;
    });
    return single && `the node ${single.name} has [${single.podCidrs.join(', ')}]`;
  },
  2: (scene) => agentsBehind(scene, JUST_NOW_MS),
  3: ({ world, now }) => {
    for (const pod of world.cluster.api.kernel.store.each(pods, 'kube-system')) {
      if (textAt(pod, 'metadata', 'labels', 'k8s-app') !== 'kube-dns') continue;
      const leaving = textAt(pod, 'metadata', 'deletionTimestamp') !== '';
      const over = ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
      const young = now() - (instantAt(pod, 'metadata', 'creationTimestamp') ?? 0) < JUST_NOW_MS;
      const addresses = listAt(pod, 'status', 'podIPs').map((address) => textAt(address, 'ip'));
      const families = new Set(addresses.map((address) => address.includes(':')));
      if (!leaving && !over && !young && families.size < 2)
        return `the pod ${pod.metadata.name} has [${addresses.join(', ')}]`;
    }
    return undefined;
  },
  4: ({ world }) => {
    const service = world.cluster.api.kernel.store.get(services, {
      namespace: 'kube-system',
      name: 'kube-dns',
    });
    const addresses = listAt(service, 'spec', 'clusterIPs').length;
    return addresses === 2 ? undefined : `kube-dns has ${addresses} cluster IPs`;
  },
};

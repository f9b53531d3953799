import type { Mutant } from '../mutant.ts';

/** Defects in what is done to the cluster, and in what its owner is told about it. */
export const CLUSTER_MUTANTS = {
  'families-counted': {
    about: 'A node counts as dual-stack when it has two pod CIDRs, of whatever families.',
    edits: [
      {
        file: 'shared/steps/dual-stack-node.ts',
        find: `  return (['IPv4', 'IPv6'] as const).every((family) =>
    podCidrs.some((cidr) => readCidr(cidr, family) !== undefined),
  );`,
        replace: '  return podCidrs.length >= 2;',
      },
    ],
  },
  'constraint-removed-early': {
    about: 'The nodes’ constraint goes when the nodes are migrated, before the network plugin is.',
    edits: [
      {
        file: 'shared/migration/constraints.ts',
        find: 'return put(constraints, NODES_MIGRATED, at);',
        replace: "return without(put(constraints, NODES_MIGRATED, at), 'DualStackNodesMigrationReady');",
      },
    ],
  },
  'dns-ready-too-early': {
    about: 'The DNS constraint becomes True before CoreDNS was restarted.',
    edits: [
      {
        file: 'shared/migration/constraints.ts',
        find: "return put(without(constraints, 'DualStackNodesMigrationReady'), DNS_PROGRESSING, at);",
        replace: "return put(without(constraints, 'DualStackNodesMigrationReady'), DNS_READY, at);",
      },
    ],
  },
  'coredns-restarted-per-attempt': {
    about: 'Each attempt restarts CoreDNS with a new stamp.',
    edits: [
      {
        file: 'shared/steps/restart-coredns/index.ts',
        find: 'const stamp = run.migration.marks[RESTART_STAMP] ?? timestamp(run.clock);',
        replace: 'const stamp = timestamp(run.clock);',
      },
      {
        file: 'shared/steps/restart-coredns/decide.ts',
        find: 'if (deployment.rolling) return waiting(facts, live, lacking);',
        replace: '',
      },
      {
        file: 'shared/steps/restart-coredns/decide.ts',
        find: 'if (restartStamp === undefined) return replaceable.length > 0;',
        replace:
          'if (restartStamp === undefined || restartStamp !== undefined) return replaceable.length > 0;',
      },
    ],
  },
  'plugin-rollout-not-awaited': {
    about: 'The network plugin counts as rolled out as soon as it is configured.',
    edits: [
      {
        file: 'shared/steps/configure-cni/decide.ts',
        find: '? decideRollout(plugin, live(facts.nodes))',
        replace: "? { kind: 'done', summary: 'written' }",
      },
    ],
  },
  'kube-dns-without-coredns': {
    about: 'kube-dns is switched although not every CoreDNS pod answers over both families.',
    edits: [
      {
        file: 'shared/steps/switch-kube-dns/decide.ts',
        find: 'if (live.length === 0 || lacking.length > 0) {',
        replace: 'if (live.length === 0) {',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Mutant>>;

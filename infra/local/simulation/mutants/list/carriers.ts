import type { Mutant } from '../mutant.ts';

/** Defects in the order of ranges, aliases and routes, and in the looks that prove them. */
export const CARRIER_MUTANTS = {
  'alias-not-awaited': {
    about: 'The operation that adds an alias is not awaited, and the alias is believed to be there.',
    edits: [
      {
        file: 'shared/compute/google/api.ts',
        find: 'const failure = await followOperation(this, call, started);',
        replace: `if (call.includes('updateNetworkInterface')) return;
      const failure = await followOperation(this, call, started);`,
      },
      {
        file: 'shared/steps/migrate-routes/survey.ts',
        find: `        aliased: instance !== undefined && carries(instance, destination),`,
        replace: `        aliased: instance !== undefined && facts.records.get(route.name)?.state !== 'recorded',`,
      },
      {
        file: 'shared/steps/migrate-routes/survey.ts',
        find: 'aliased: carries(instance, podCidr), takenBy }];',
        replace: `aliased: carries(instance, podCidr) || facts.records.values().some((record) => record.instance === instance.name && record.state !== 'recorded'), takenBy }];`,
      },
      {
        file: 'shared/steps/migrate-routes/survey.ts',
        find: 'carryingNode(node, instances, holders)),',
        replace: 'carryingNode(node, instances, holders, facts)),',
      },
      {
        file: 'shared/steps/migrate-routes/survey.ts',
        find: `  holders: ReadonlyMap<string, string>,
): CarryingNode[] {`,
        replace: `  holders: ReadonlyMap<string, string>,
  facts: ClusterRoutes,
): CarryingNode[] {`,
      },
    ],
  },
  'no-read-back': {
    about: 'An alias counts as verified as soon as it was asked for; nobody looks at the NIC.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/phases/aliases.ts',
        find: 'aliased.get(route.nextHop.name) === destination,',
        replace: 'true,',
      },
      {
        file: 'shared/steps/migrate-routes/survey.ts',
        find: "(record?.state === 'verified' && aliased)",
        replace: "record?.state === 'verified'",
      },
      {
        file: 'shared/steps/migrate-routes/strategies.ts',
        find: `    // From here on both lead to the same NIC. A node without any carrier can only gain.
    carryUncarried,
    // One node alone shows whether the guests leave aliases to the pods.
    addFirstAlias,
    addAliases,
    // A VM made meanwhile may have been given an old node’s range.
    noRangeTaken,
    // Read back from the NIC, not believed from the operation.
    verifyAliases,`,
        replace: `    verifyAliases,
    carryUncarried,
    addFirstAlias,
    noRangeTaken,`,
      },
    ],
  },
  'range-not-withdrawn': {
    about: 'When nodes are not reached any more under the new range, the range stays.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/acts/range.ts',
        find: '  if (unreached.length > 0) return await withdrawPodRange(unreached, otherwise, run);',
        replace: '  if (unreached.length > 1_000) return await withdrawPodRange(unreached, otherwise, run);',
      },
    ],
    first: 'switches',
  },
  'first-node-not-looked-at': {
    about: 'After a deletion nobody minds whether its node is still reached.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/acts/deletions.ts',
        find: `  const unreached = await watch(nodes, run, seconds);
  if (unreached.length === 0) return;`,
        replace: `  if (nodes.length < 1_000) return;
  const unreached = await watch(nodes, run, seconds);`,
      },
    ],
    first: 'switches',
  },
  'route-controller-left-on': {
    about: 'Routes are deleted while the route controller still runs and creates them again.',
    edits: [
      {
        file: 'shared/steps/migrate-routes/strategies.ts',
        find: `    // The route controller would create again what is deleted, so it stops first …
    stopRouteController,
    // … and its old pod, which still acts on its old arguments, is gone.
    awaitRouteController,
    // An alias may`,
        replace: '    // An alias may',
      },
    ],
  },
  'foreign-aliases-dropped': {
    about: 'An alias is added as the only one: those of others on the NIC are lost.',
    edits: [
      {
        file: 'shared/compute/google/aliases.ts',
        find: 'aliasIpRanges: [...nic.aliases, alias].map(asSent),',
        replace: 'aliasIpRanges: [alias].map(asSent),',
      },
    ],
  },
  'foreign-ranges-dropped': {
    about: 'A secondary range is added as the only one: those of others in the subnet are lost.',
    edits: [
      {
        file: 'shared/compute/google/subnets.ts',
        find: 'secondaryIpRanges: [...secondaryIpRanges.map(asSent), { rangeName: name, ipCidrRange: range }],',
        replace: 'secondaryIpRanges: [{ rangeName: name, ipCidrRange: range }],',
      },
    ],
  },
} as const satisfies Readonly<Record<string, Mutant>>;

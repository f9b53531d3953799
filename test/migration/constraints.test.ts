import { describe, expect, test } from 'vitest';
import type { Timestamp } from '../../shared/clock.ts';
import { type Constraint, constraintsAfter, initialConstraints } from '../../shared/migration/constraints.ts';
import { FORWARD_STEPS, STEP_NAMES, type StepName } from '../../shared/migration/steps.ts';

/** One moment for each step, in order; the start is before all of them. */
const START = moment(0);

function moment(minute: number): Timestamp {
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() as Timestamp;
}

function momentOf(step: StepName): Timestamp {
  return moment(STEP_NAMES.indexOf(step) + 1);
}

/** The constraints once every step up to and with `last` is done. */
function constraintsThrough(last: StepName): readonly Constraint[] {
  return STEP_NAMES.slice(0, STEP_NAMES.indexOf(last) + 1).reduce(
    (constraints, step) => constraintsAfter(step, constraints, momentOf(step)),
    initialConstraints(START),
  );
}

const NODES_PROGRESSING = {
  type: 'DualStackNodesMigrationReady',
  status: 'Progressing',
  reason: 'NodesNotMigrated',
  message: 'Migrating node pod CIDRs to match target network stack.',
  lastTransitionTime: START,
  lastUpdateTime: START,
} as const;
const NODES_TRUE = {
  type: 'DualStackNodesMigrationReady',
  status: 'True',
  reason: 'NodesMigrated',
  message: 'All node pod CIDRs migrated to target network stack.',
  lastTransitionTime: momentOf('check-nodes'),
  lastUpdateTime: momentOf('check-nodes'),
} as const;
const DNS_PROGRESSING = {
  type: 'DNSServiceMigrationReady',
  status: 'Progressing',
  reason: 'DNSServiceMigration',
  message: 'The shoot is migrating the kube-dns service.',
  lastTransitionTime: momentOf('configure-cni'),
  lastUpdateTime: momentOf('configure-cni'),
} as const;
const DNS_TRUE = {
  type: 'DNSServiceMigrationReady',
  status: 'True',
  reason: 'DNSServiceMigration',
  message: 'The coreDNS pods are ready for DNS service migration.',
  lastTransitionTime: momentOf('restart-coredns'),
  lastUpdateTime: momentOf('restart-coredns'),
} as const;

describe('constraints read as Gardener writes them', () => {
  test('from the start', () => {
    expect(initialConstraints(START)).toEqual([NODES_PROGRESSING]);
  });

  test.each<[StepName, readonly Constraint[]]>([
    ['preflight', [NODES_PROGRESSING]],
    ['enable-ipv6-subnets', [NODES_PROGRESSING]],
    ['migrate-routes', [NODES_PROGRESSING]],
    ['check-nodes', [NODES_TRUE]],
    ['configure-cni', [DNS_PROGRESSING]],
    ['restart-coredns', [DNS_TRUE]],
    ['switch-kube-dns', []],
  ])('after %s', (step, expected) => {
    expect(constraintsThrough(step)).toEqual(expected);
  });
});

describe('times', () => {
  test('the transition time stays while the status does, the update time while the words do', () => {
    const before: Constraint = {
      ...NODES_TRUE,
      reason: 'NodesMigrating',
      message: 'Node pod CIDRs are currently migrated to target network stack.',
      lastTransitionTime: START,
      lastUpdateTime: START,
    };
    expect(constraintsAfter('check-nodes', [before], moment(9))).toEqual([
      { ...NODES_TRUE, lastTransitionTime: START, lastUpdateTime: moment(9) },
    ]);
  });

  test('the update time stays when only the status changes, as in Gardener’s condition builder', () => {
    const before: Constraint = {
      ...NODES_TRUE,
      status: 'Progressing',
      lastTransitionTime: START,
      lastUpdateTime: START,
    };
    expect(constraintsAfter('check-nodes', [before], moment(9))).toEqual([
      { ...NODES_TRUE, lastTransitionTime: moment(9), lastUpdateTime: START },
    ]);
  });

  test('neither moves when nothing changes', () => {
    const constraints = constraintsThrough('check-nodes');
    expect(constraintsAfter('check-nodes', constraints, moment(9))).toEqual(constraints);
  });
});

test('a constraint is taken away by its own step only, and no other constraint is touched', () => {
  const both: readonly Constraint[] = [NODES_TRUE, DNS_TRUE];
  for (const step of FORWARD_STEPS) {
    const left = constraintsAfter(step, both, moment(9)).map(({ type }) => type);
    expect(left.includes('DualStackNodesMigrationReady')).toBe(step !== 'configure-cni');
    expect(left.includes('DNSServiceMigrationReady')).toBe(step !== 'switch-kube-dns');
    expect(new Set(left).size).toBe(left.length);
  }
});

test('the way back takes all of them away', () => {
  expect(constraintsAfter('abort', [NODES_TRUE, DNS_TRUE], moment(9))).toEqual([]);
});

test('what was there is never changed in place', () => {
  const frozen = Object.freeze([Object.freeze({ ...NODES_PROGRESSING })]);
  for (const step of STEP_NAMES) constraintsAfter(step, frozen, moment(9));
  expect(frozen).toEqual([NODES_PROGRESSING]);
});

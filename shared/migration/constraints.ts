import type { Timestamp } from '../clock.ts';
import type { StepName } from './steps.ts';

/**
 * The two constraints with which Gardener tells a shoot's owner where the migration stands, word for word as
 * gardenlet writes them (`pkg/gardenlet/operation/botanist/dualstackmigration.go`), so that tools which know
 * Gardener's flow know ours.
 */
export const CONSTRAINT_TYPES = ['DualStackNodesMigrationReady', 'DNSServiceMigrationReady'] as const;
export type ConstraintType = (typeof CONSTRAINT_TYPES)[number];

export interface Constraint {
  readonly type: ConstraintType;
  readonly status: 'True' | 'Progressing';
  readonly reason: string;
  readonly message: string;
  /** Changes only with the status. */
  readonly lastTransitionTime: Timestamp;
  /** Changes only with reason or message (Gardener's condition builder). */
  readonly lastUpdateTime: Timestamp;
}

/** What the constraints’ reasons say, each in a sentence of our own beside Gardener’s message. */
export const CONSTRAINT_REASONS = {
  NodesNotMigrated: 'Not every node has a pod CIDR of each family yet.',
  NodesMigrated: 'Every node has a pod CIDR of each family; the network plugin is configured for both next.',
  DNSServiceMigration:
    'The network plugin gives out both families; CoreDNS, and then the Service kube-dns, are still to get theirs.',
} as const;

type Wording = Pick<Constraint, 'type' | 'status' | 'reason' | 'message'>;

const NODES_NOT_MIGRATED: Wording = {
  type: 'DualStackNodesMigrationReady',
  status: 'Progressing',
  reason: 'NodesNotMigrated',
  message: 'Migrating node pod CIDRs to match target network stack.',
};
const NODES_MIGRATED: Wording = {
  type: 'DualStackNodesMigrationReady',
  status: 'True',
  reason: 'NodesMigrated',
  message: 'All node pod CIDRs migrated to target network stack.',
};
const DNS_PROGRESSING: Wording = {
  type: 'DNSServiceMigrationReady',
  status: 'Progressing',
  reason: 'DNSServiceMigration',
  message: 'The shoot is migrating the kube-dns service.',
};
const DNS_READY: Wording = {
  type: 'DNSServiceMigrationReady',
  status: 'True',
  reason: 'DNSServiceMigration',
  message: 'The coreDNS pods are ready for DNS service migration.',
};

/** What a migration starts with. */
export function initialConstraints(at: Timestamp): readonly Constraint[] {
  return [stamp(NODES_NOT_MIGRATED, undefined, at)];
}

/**
 * The constraints once `step` is done. A constraint is set true, or taken away, only here and only by the step that
 * brought about what it stands for; the others leave both alone.
 */
export function constraintsAfter(
  step: StepName,
  constraints: readonly Constraint[],
  at: Timestamp,
): readonly Constraint[] {
  switch (step) {
    case 'preflight':
    case 'enable-ipv6-subnets':
    case 'migrate-routes':
      return constraints;
    case 'check-nodes':
      return put(constraints, NODES_MIGRATED, at);
    case 'configure-cni':
      return put(without(constraints, 'DualStackNodesMigrationReady'), DNS_PROGRESSING, at);
    case 'restart-coredns':
      return put(constraints, DNS_READY, at);
    case 'switch-kube-dns':
      return without(constraints, 'DNSServiceMigrationReady');
    case 'abort':
      // Led back to what was found: neither nodes nor DNS are being migrated any more.
      return [];
  }
}

function without(constraints: readonly Constraint[], type: ConstraintType): readonly Constraint[] {
  return constraints.filter((constraint) => constraint.type !== type);
}

function put(constraints: readonly Constraint[], wording: Wording, at: Timestamp): readonly Constraint[] {
  const previous = constraints.find(({ type }) => type === wording.type);
  return [...without(constraints, wording.type), stamp(wording, previous, at)];
}

function stamp(wording: Wording, previous: Constraint | undefined, at: Timestamp): Constraint {
  const sameStatus = previous?.status === wording.status;
  const sameText = previous?.reason === wording.reason && previous.message === wording.message;
  return {
    ...wording,
    lastTransitionTime: previous !== undefined && sameStatus ? previous.lastTransitionTime : at,
    lastUpdateTime: previous !== undefined && sameText ? previous.lastUpdateTime : at,
  };
}

import { sentenceOf } from '../../../../shared/explain/index.ts';
import { FORWARD_STEPS } from '../../../../shared/migration/steps.ts';
import { type FleetRow, fleetRowSchema, type Phase, rankOf } from '../../../../shared/view/index.ts';

/** The phases of twenty shoots. */
const KINDS: readonly Phase[] = [
  'running',
  'waiting',
  'waiting',
  'succeeded',
  'waiting',
  'running',
  'succeeded',
  'paused',
  'waiting',
  'succeeded',
  'planning',
  'waiting',
  'running',
  'succeeded',
  'waiting',
  'running',
  'succeeded',
  'waiting',
  'going back',
  'succeeded',
];
/** One in so many needs a human. */
const BLOCKED_EVERY = 250;
const BLOCKED_AT = 15;
const REGIONS = ['europe-west1', 'europe-west3', 'us-central1', 'asia-northeast1'];
const WORDS = ['api', 'shop', 'ledger', 'search', 'media', 'batch', 'edge', 'mail', 'maps', 'auth'];

const WAITS = {
  waiting: [
    ['OutsideMaintenanceWindow', 'the maintenance window opens at 22:00 UTC'],
    ['NodesRolling', '12 of 30 nodes are dual-stack; Gardener replaces the others'],
    ['AliasesSettling', 'aliases were added to 29 nodes 12 s ago'],
  ],
  blocked: [
    [
      'ForeignRouteInPodCidr',
      'the route vpn-backup (100.96.12.0/24) is not ours and lies in the pod CIDR 100.96.0.0/11',
    ],
    ['BudgetNeverAllows', 'the PodDisruptionBudget shop/checkout asks for 3 healthy pods and has 3'],
  ],
} as const;
const REMEDIES = [
  'Remove the route vpn-backup, or move it out of 100.96.0.0/11, then retry.',
  'Let shop/checkout allow one eviction, or delete its pod on the node, then retry.',
];

/** So many shoots in every state, as the API shows them at `now` (milliseconds); the same for the same arguments. */
export function exampleFleet(count: number, now: number): FleetRow[] {
  return Array.from({ length: count }, (_, index) => exampleRow(index, now));
}

export function exampleRow(index: number, now: number, phase = usualPhase(index)): FleetRow {
  const time = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  const name = `${WORDS[index % WORDS.length]}-${String(Math.floor(index / WORDS.length)).padStart(3, '0')}`;
  const over = phase === 'succeeded' || phase === 'led back';
  const stepNumber = over ? 7 : phase === 'planning' ? 1 : phase === 'going back' ? 0 : 2 + (index % 6);
  const step = phase === 'going back' ? 'abort' : (FORWARD_STEPS[stepNumber - 1] ?? 'preflight');
  const since = time(1 + ((index * 37) % 2_000));
  const why = whyOf(phase, index);
  return fleetRowSchema.parse({
    id: `m-${name}`,
    shoot: `garden-${['core', 'retail', 'data'][index % 3]}/${name}`,
    project: `prod-${['network', 'retail', 'data'][index % 3]}`,
    region: REGIONS[index % REGIONS.length],
    phase,
    rank: rankOf(phase),
    strategy: index % 9 === 0 ? 'rollover' : 'overlap',
    step,
    stepNumber,
    steps: 7,
    ...(phase === 'running' && { progress: { done: index % 30, total: 30, unit: 'nodes with an alias' } }),
    ...(!over &&
      phase !== 'planning' && {
        constraint: {
          type: stepNumber > 5 ? 'DNSServiceMigrationReady' : 'DualStackNodesMigrationReady',
          status: 'Progressing',
          reason: stepNumber > 5 ? 'DNSServiceMigration' : 'NodesNotMigrated',
          message: 'Migrating node pod CIDRs to match target network stack.',
          lastTransitionTime: since,
          lastUpdateTime: since,
        },
      }),
    ...(why && { why }),
    since,
    ...(phase === 'waiting' && { wakeAt: time(-(index % 90)) }),
    paused: phase === 'paused',
    abortRequested: phase === 'going back',
    createdAt: time(3_000),
    updatedAt: since,
    ...(over && { finishedAt: since }),
  });
}

function usualPhase(index: number): Phase {
  if (index % BLOCKED_EVERY === BLOCKED_AT) return 'blocked';
  return KINDS[index % KINDS.length] ?? 'running';
}

function whyOf(phase: Phase, index: number): FleetRow['why'] {
  if (phase !== 'waiting' && phase !== 'blocked') return undefined;
  const known = WAITS[phase];
  const chosen = index % known.length;
  const [reason = '', message = ''] = known[chosen] ?? [];
  const sentence = sentenceOf(reason);
  return {
    reason,
    message,
    ...(sentence !== undefined && { sentence }),
    ...(phase === 'blocked' && { remedy: REMEDIES[chosen] ?? '' }),
  };
}

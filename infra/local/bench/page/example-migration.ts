import { FORWARD_STEPS } from '../../../../shared/migration/steps.ts';
import {
  type FleetRow,
  type HistoryLine,
  historyLineSchema,
  type MigrationView,
  migrationViewSchema,
  type NodeCell,
  nodeCellSchema,
} from '../../../../shared/view/index.ts';

const ZONES = ['b', 'c', 'd'];

/** So many nodes in three zones, the first `moved` of them carried by their alias beside the route. */
export function exampleCells(count: number, moved = 0): NodeCell[] {
  return Array.from({ length: count }, (_, index) =>
    exampleCell(index, index < moved ? 'route and alias' : 'route'),
  );
}

export function exampleCell(index: number, carrier: NodeCell['carrier']): NodeCell {
  const zone = ZONES[index % ZONES.length];
  return nodeCellSchema.parse({
    name: `shoot--core--api-worker-z${1 + (index % ZONES.length)}-${String(index).padStart(5, '0')}`,
    zone: `europe-west1-${zone}`,
    pool: 'worker',
    podCidrs: [`100.${64 + Math.floor(index / 256)}.${index % 256}.0/24`],
    carrier,
    presence: 'live',
    ready: true,
  });
}

/** All that the API says of the migration in a row of the fleet. */
export function exampleMigration(row: FleetRow, historyLength: number): MigrationView {
  const started = Date.parse(row.createdAt);
  const time = (minutes: number) => new Date(started + minutes * 60_000).toISOString();
  const present = row.finishedAt === undefined ? row.stepNumber - 1 : FORWARD_STEPS.length;
  return migrationViewSchema.parse({
    ...row,
    uid: 'd1f0f7f2-5d2a-4a6f-9a3c-2f4a3f5f8a10',
    running: row.phase === 'running',
    network: 'shoot--core--api',
    technicalId: 'shoot--core--api',
    ranges: { nodes: '10.250.0.0/16', pods: '100.64.0.0/11', services: '100.104.0.0/13' },
    networkPlugin: 'calico',
    maintenanceWindow: { begin: '22:00', end: '23:00' },
    timeline: FORWARD_STEPS.map((name, index) => ({
      name,
      state: index < present ? 'done' : index === present ? 'present' : 'ahead',
      ...(index <= present && { startedAt: time(index * 9) }),
      ...(index < present && { finishedAt: time(index * 9 + 8) }),
      runs: index <= present ? 2 : 0,
      failures: index === 1 ? 1 : 0,
      ...(index === 1 && { lastFailure: 'subnetworks.patch: 503 backendError' }),
      ...(index === present && row.progress && { progress: row.progress }),
    })),
    constraints: row.constraint === undefined ? [] : [row.constraint],
    plan: {
      state: 'made',
      strategy: row.strategy ?? 'overlap',
      why: 'Routes and aliases may stand beside each other here, so that no packet is lost.',
      notTaken: [
        { strategy: 'rollover', why: 'overlap does the same without waiting for the rollout of the nodes' },
        { strategy: 'cutover', why: 'it takes pod traffic for a while, and nobody has acknowledged that' },
      ],
      madeAt: time(1),
      steps: [...FORWARD_STEPS],
      findings: [
        {
          check: 'node-count-is-within-the-envelope',
          severity: 'warning',
          reason: 'HybridEnvelopeExceeded',
          message: '5000 nodes are more than the 130 that Google advises for a hybrid subnet.',
          remedy: 'Watch the first deletion of a route; rollover is the way without a hybrid subnet.',
          sentence: 'The network is larger than what Google advises for hybrid subnets.',
        },
        { check: 'pod-range-is-free', severity: 'pass', message: 'No subnet overlaps the pod CIDR.' },
        { check: 'network-is-custom', severity: 'pass', message: 'The network has subnets of its own.' },
      ],
      calls: [
        { call: 'subnetworks.patch', count: 4 },
        { call: 'instances.updateNetworkInterface', count: 30 },
        { call: 'routes.delete', count: 30 },
      ],
      expectedSeconds: 640,
      expectations: ['Every node is replaced once, in a maintenance window.'],
      nodesAtOnce: 3,
    },
    historyLength,
  });
}

/** So many entries of a history, from number 0. */
export function exampleHistory(count: number, now: number): HistoryLine[] {
  return Array.from({ length: count }, (_, n) =>
    historyLineSchema.parse({
      n,
      at: new Date(now - (count - n) * 20_000).toISOString(),
      ...(n % 7 === 3
        ? { by: 'operator', who: { name: 'alice@example.com', verified: n % 2 === 0 } }
        : { by: 'engine' }),
      step: 'migrate-routes',
      event: 'acted',
      message: `added alias IP ranges to ${1 + (n % 30)} nodes that lacked one`,
    }),
  );
}

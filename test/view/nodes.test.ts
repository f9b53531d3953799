import { describe, expect, test } from 'vitest';
import type { Instance, Route } from '../../shared/compute/compute.ts';
import type { ClusterNode } from '../../shared/kubernetes/cluster.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import type { Migration } from '../../shared/migration/migration.ts';
import {
  advance,
  aliased,
  deleting,
  type PodRouteRecord,
  restored,
  unaliased,
} from '../../shared/migration/pod-route.ts';
import { POD_RANGE_NAME } from '../../shared/steps/infrastructure-names.ts';
import { countCarriers, liveCells, type NodeCell, recordedCells } from '../../shared/view/nodes.ts';
import { AT, later, migrationWith } from './migrations.ts';

const POD_CIDR = parseCidr('100.96.1.0/24');

function record(changes: Partial<PodRouteRecord> = {}): PodRouteRecord {
  return {
    name: 'shoot--core--api-route-a',
    instance: 'node-a',
    zone: 'europe-west1-b',
    podCidr: POD_CIDR,
    network: 'shoot--core--api',
    priority: 1000,
    description: 'k8s-node-route',
    state: 'recorded',
    orphaned: false,
    recordedAt: AT,
    ...changes,
  };
}

async function told(of: PodRouteRecord, changes: Partial<Migration> = {}): Promise<NodeCell | undefined> {
  const migration = await migrationWith({ position: 'migrate-routes', ...changes });
  return recordedCells(migration, new Map([[of.name, of]]))[0];
}

async function withStrategy(strategy: Migration['plan']['strategy'], finished: boolean) {
  const { plan } = await migrationWith();
  const finishedAt = finished ? { finishedAt: later(99) } : {};
  return {
    plan: { ...plan, strategy },
    steps: [{ name: 'migrate-routes' as const, runs: 1, failures: 0, ...finishedAt }],
  };
}

describe('as the records tell it', () => {
  const verified = advance(aliased(record(), later(1)), 'verified', later(2));

  test.each<[what: string, of: PodRouteRecord, cell: Partial<NodeCell>]>([
    ['just taken up is carried by its route', record(), { carrier: 'route', since: AT }],
    [
      'with its alias added by both',
      aliased(record(), later(1)),
      { carrier: 'route and alias', since: later(1) },
    ],
    ['with its alias read back by both', verified, { carrier: 'route and alias', since: later(1) }],
    [
      'whose deletion was only asked for by both',
      deleting(verified, later(3)),
      { carrier: 'route and alias', since: later(1) },
    ],
    [
      'whose route is gone by its alias',
      advance(verified, 'deleted', later(4)),
      { carrier: 'alias', since: later(4) },
    ],
    [
      'that got its route back by both',
      restored(advance(verified, 'deleted', later(4)), later(5)),
      { carrier: 'route and alias', since: later(5) },
    ],
    ['that was led back by its route', unaliased(verified), { carrier: 'route', since: AT }],
    ['with an alias that was found by both', record({ aliasFound: true }), { carrier: 'route and alias' }],
    ['that was gone before has left', record({ orphaned: true }), { carrier: 'nothing', presence: 'left' }],
    [
      'whose route went without an alias has left',
      advance(record(), 'deleted', later(4)),
      { carrier: 'nothing', presence: 'left', since: later(4) },
    ],
  ])('a node %s', async (_, of, cell) => {
    expect(await told(of)).toMatchObject({ presence: 'recorded', ...cell });
  });

  test('in the gap of a cutover nobody knows, and afterwards it is the alias', async () => {
    const cut = advance(deleting(record(), later(3)), 'deleted', later(4));
    const inGap = await withStrategy('cutover', false);
    expect(await told(deleting(record(), later(3)), inGap)).toMatchObject({ carrier: 'unknown' });
    expect(await told(cut, inGap)).toMatchObject({ carrier: 'unknown' });
    expect(await told(cut, await withStrategy('cutover', true))).toMatchObject({ carrier: 'alias' });
  });

  test('once the nodes were replaced the records say nothing of those that are there', async () => {
    const steps = [{ name: 'check-nodes', runs: 1, failures: 0, finishedAt: later(9) }] as const;
    const cell = await told(advance(verified, 'deleted', later(4)), { steps });
    expect(cell).toMatchObject({ carrier: 'unknown', presence: 'recorded' });
    expect(cell?.since).toBeUndefined();
  });
});

describe('as cloud and cluster show it', () => {
  const node = (name: string, changes: Partial<ClusterNode> = {}): ClusterNode => ({
    name,
    instance: { name, zone: 'europe-west1-b' },
    podCidrs: [POD_CIDR],
    ready: true,
    leaving: false,
    pool: 'worker',
    ...changes,
  });
  const instance = (name: string, aliases: readonly string[]): Instance => ({
    name,
    zone: 'europe-west1-b',
    running: true,
    aliases: aliases.map((range) => ({ range, rangeName: POD_RANGE_NAME })),
  });

  async function seen(of: ClusterNode, its: Instance | undefined, routed: boolean, records = [record()]) {
    const { target } = await migrationWith();
    const route: Route = {
      name: 'shoot--core--api-route-a',
      network: target.network,
      destination: POD_CIDR,
      description: 'k8s-node-route',
      priority: 1000,
      tags: [],
      nextHop: { name: of.name, zone: 'europe-west1-b' },
      nextHopGone: false,
    };
    return liveCells({
      target,
      nodesSubnet: undefined,
      routes: routed ? [route] : [],
      instances: its === undefined ? [] : [its],
      nodes: [of],
      records: new Map(records.map((each) => [each.name, each])),
    });
  }

  const BOTH = [POD_CIDR, '2600:1900:4000:1::/112'];

  test.each<
    [what: string, of: ClusterNode, its: Instance | undefined, routed: boolean, cell: Partial<NodeCell>]
  >([
    [
      'route',
      node('node-a'),
      instance('node-a', []),
      true,
      { carrier: 'route', presence: 'live', since: AT },
    ],
    ['both', node('node-a'), instance('node-a', [POD_CIDR]), true, { carrier: 'route and alias' }],
    ['alias', node('node-a'), instance('node-a', [POD_CIDR]), false, { carrier: 'alias', presence: 'live' }],
    [
      'alias with both families',
      node('node-a', { podCidrs: BOTH }),
      instance('node-a', [POD_CIDR]),
      false,
      { carrier: 'dual-stack', podCidrs: BOTH },
    ],
    ['nothing', node('node-a'), instance('node-a', []), false, { carrier: 'nothing', presence: 'live' }],
    [
      'nothing yet, without a pod CIDR',
      node('node-a', { podCidrs: [] }),
      instance('node-a', []),
      false,
      { carrier: 'nothing', presence: 'joining' },
    ],
    [
      'what nobody knows, without an instance',
      node('node-a'),
      undefined,
      false,
      { carrier: 'unknown', presence: 'joining' },
    ],
    [
      'its route while it is being deleted',
      node('node-a', { leaving: true, ready: false }),
      instance('node-a', []),
      true,
      { carrier: 'route', presence: 'leaving', ready: false },
    ],
  ])('a node is carried by %s', async (_, of, its, routed, cell) => {
    expect(await seen(of, its, routed)).toEqual([
      expect.objectContaining({ name: 'node-a', pool: 'worker', ...cell }),
    ]);
  });

  test('a node that has left is told apart from one that has joined, and counts no more', async () => {
    const cells = await seen(node('node-b'), instance('node-b', [POD_CIDR]), false);
    expect(cells).toEqual([
      expect.objectContaining({ name: 'node-a', presence: 'left', carrier: 'nothing' }),
      expect.objectContaining({ name: 'node-b', presence: 'live', carrier: 'alias' }),
    ]);
    expect(countCarriers(cells)).toMatchObject({ alias: 1, nothing: 0 });
  });
});

import { describe, expect, test } from 'vitest';
import type { BreachName } from '../../infra/local/chaos/breaches.ts';
import { BREACHES } from '../../infra/local/chaos/breaches.ts';
import { judge } from '../../infra/local/chaos/judge.ts';
import type {
  MigrationObservation,
  Observations,
  ShootObservation,
} from '../../infra/local/chaos/observations.ts';
import { initialConstraints } from '../../shared/migration/constraints.ts';
import { GOOD_RUN, LED_BACK, MIGRATION, NOW, SHOOT } from './good-run.ts';

function withShoot(change: Partial<ShootObservation>): Observations {
  return { ...GOOD_RUN, shoots: [{ ...SHOOT, ...change }] };
}
function withMigration(change: Partial<MigrationObservation>): Observations {
  return withShoot({ migration: { ...MIGRATION, ...change } });
}
function ledBack(change: Partial<ShootObservation>): Observations {
  return { ...GOOD_RUN, shoots: [{ ...LED_BACK, ...change }] };
}
function withRun(change: Partial<Observations>): Observations {
  return { ...GOOD_RUN, ...change };
}

const SINCE = MIGRATION.status.since;
const GAP = { node: 'node-1', from: NOW + 1_000, to: NOW + 31_000, why: 'no route' };
const CUTOVER = { ...SHOOT.order, strategy: 'cutover' } as const;
const DEAD = { topic: 'migrate-routes', text: '{"shoot":"garden-chaos/s1-1"}' };
const BROKEN = { kind: 'broken' } as const;

test('a good run has no breach', () => {
  expect(judge(GOOD_RUN)).toEqual([]);
});

/** Each breach as it would show itself. */
const SIGHTINGS: readonly [BreachName, string, Observations][] = [
  ['NotEnded', 'a migration that was never begun', withShoot({ migration: undefined })],
  ['NotEnded', 'one that still runs', withMigration({ status: { kind: 'running', since: SINCE } })],
  [
    'NotEnded',
    'one that is blocked',
    withMigration({ status: { kind: 'blocked', since: SINCE, reason: 'X', message: 'no', remedy: '' } }),
  ],
  ['NotEnded', 'one that was led back unasked', withMigration({ status: { kind: 'aborted', since: SINCE } })],
  ['NotEnded', 'one that should have been led back', ledBack({ migration: MIGRATION })],
  ['TrafficLost', 'a gap of a node', withShoot({ gaps: [GAP] })],
  [
    'TrafficLost',
    'a cutover’s gap that begins too early',
    withShoot({ order: CUTOVER, gaps: [{ ...GAP, from: NOW - 1 }] }),
  ],
  [
    'TrafficLost',
    'a cutover’s gap that ends too late',
    withShoot({ order: CUTOVER, gaps: [{ ...GAP, to: NOW + 90_000 }] }),
  ],
  [
    'TrafficLost',
    'a cutover’s gap before any deletion',
    withShoot({ order: CUTOVER, cutoverGap: undefined, gaps: [GAP] }),
  ],
  ['TrafficLost', 'a node that is not reached at the end', withShoot({ unreachedNodes: ['node-1'] })],
  [
    'RoutesLeft',
    'a route that is still there',
    withShoot({ podRoutes: ['route-2'], deletions: new Map([['route-1', 1]]) }),
  ],
  ['RoutesLeft', 'a route that nobody saw go', withShoot({ deletions: new Map([['route-1', 1]]) })],
  [
    'RouteDeletedTwice',
    'a route deleted twice',
    withShoot({
      deletions: new Map([
        ['route-1', 2],
        ['route-2', 1],
      ]),
    }),
  ],
  [
    'ForeignRouteGone',
    'a route of somebody else that is gone',
    withShoot({ foreignRoutesGone: ['corporate-network'] }),
  ],
  ['NotLedBack', 'a node without its route', ledBack({ podRoutes: ['route-1'] })],
  [
    'NotLedBack',
    'the overlap flag left on',
    ledBack({ nodesSubnet: { dualStack: false, routesOverlapAllowed: true } }),
  ],
  [
    'SubnetNotDualStack',
    'an IPv4 nodes subnet',
    withShoot({ nodesSubnet: { dualStack: false, routesOverlapAllowed: false } }),
  ],
  [
    'SubnetNotDualStack',
    'the overlap flag left on',
    withShoot({ nodesSubnet: { dualStack: true, routesOverlapAllowed: true } }),
  ],
  ['KubeDns', 'one family only', withShoot({ kubeDns: { before: ['100.64.0.10'], now: ['100.64.0.10'] } })],
  [
    'KubeDns',
    'another IPv4 address',
    withShoot({ kubeDns: { before: ['100.64.0.10'], now: ['100.64.0.11', 'fd00::a'] } }),
  ],
  [
    'KubeDns',
    'a change that was not led back',
    ledBack({ kubeDns: { before: ['100.64.0.10'], now: ['100.64.0.10', 'fd00::a'] } }),
  ],
  [
    'ConstraintsLeft',
    'a constraint after success',
    withMigration({ constraints: initialConstraints(SINCE) }),
  ],
  ['StartedTwice', 'a second start', withMigration({ timesStarted: 2 })],
  ['CoreDnsRestarts', 'a restart for each attempt', withShoot({ corednsRestarts: 3 })],
  [
    'DeadLetter',
    'refused by functions that lived',
    withRun({
      deadLetters: [{ ...DEAD, failures: [BROKEN, { kind: 'refused', status: 500 }] }],
      deadLettersOnRecord: 1,
    }),
  ],
  [
    'DeadLetter',
    'of unknown origin',
    withRun({ deadLetters: [{ ...DEAD, failures: [] }], deadLettersOnRecord: 1 }),
  ],
  ['DeadLetter', 'not on record', withRun({ deadLetters: [{ ...DEAD, failures: [BROKEN] }] })],
  ['Refusal', 'a message that was not taken', withRun({ refusals: ['preflight: InvalidBody'] })],
  [
    'DiedByItself',
    'out of memory',
    withRun({
      ends: [{ pid: 13, code: null, signal: 'SIGABRT', asked: undefined, tookMs: 0, insisted: false }],
    }),
  ],
  [
    'DiedByItself',
    'an uncaught error',
    withRun({ ends: [{ pid: 13, code: 1, signal: null, asked: undefined, tookMs: 0, insisted: false }] }),
  ],
  [
    'DiedByItself',
    'an error while it drained',
    withRun({ ends: [{ pid: 13, code: 1, signal: null, asked: 'SIGTERM', tookMs: 10, insisted: false }] }),
  ],
  [
    'SlowDrain',
    'no safe point in ten seconds',
    withRun({
      ends: [{ pid: 13, code: null, signal: 'SIGKILL', asked: 'SIGKILL', tookMs: 10_005, insisted: true }],
    }),
  ],
  [
    'ErrorLine',
    'of an instance that was left alone',
    withRun({ errorLines: [{ pid: 14, at: 3_000, text: 'oh' }] }),
  ],
  ['ErrorLine', 'long after the stroke', withRun({ errorLines: [{ pid: 12, at: 200_000, text: 'oh' }] })],
  ['ErrorLine', 'before the stroke', withRun({ errorLines: [{ pid: 12, at: 1_999, text: 'oh' }] })],
  ['Memory', 'more than a function has', withRun({ memory: { instance: 4_000, world: 300 } })],
  ['LeftBehind', 'a process that is still there', withRun({ leftBehind: [15] })],
];

describe('the judge', () => {
  test.each(SIGHTINGS)('finds %s: %s', (name, _, observations) => {
    expect(judge(observations).map(({ breach }) => breach)).toContain(name);
  });

  test('knows of no breach that it cannot find', () => {
    expect(new Set(SIGHTINGS.map(([name]) => name))).toEqual(new Set(Object.keys(BREACHES)));
  });

  test.each<[string, Observations]>([
    ['a cutover loses traffic within its gap', withShoot({ order: CUTOVER, gaps: [GAP] })],
    [
      'the way back was refused, and the migration went on',
      ledBack({ ...SHOOT, order: LED_BACK.order, migration: { ...MIGRATION, abortRefused: true } }),
    ],
    [
      'a message died of kills alone and is on record',
      withRun({ deadLetters: [{ ...DEAD, failures: Array(10).fill(BROKEN) }], deadLettersOnRecord: 1 }),
    ],
  ])('lets pass that %s', (_, observations) => {
    expect(judge(observations)).toEqual([]);
  });
});

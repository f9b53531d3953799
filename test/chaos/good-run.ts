import type {
  MigrationObservation,
  Observations,
  ShootObservation,
} from '../../infra/local/chaos/observations.ts';
import { shootOrder } from '../../infra/local/chaos/shoot-order.ts';
import type { Timestamp } from '../../shared/clock.ts';

const AT = '2030-01-01T22:30:00.000Z' as Timestamp;
/** Milliseconds of the world. */
export const NOW = Date.parse(AT);

export const MIGRATION: MigrationObservation = {
  id: 'm-1',
  status: { kind: 'succeeded', since: AT },
  position: 'switch-kube-dns',
  constraints: [],
  abortRefused: false,
  timesStarted: 1,
  runs: 9,
  seconds: 1_200,
};

/** A shoot with two nodes that became dual-stack by `overlap`. */
export const SHOOT: ShootObservation = {
  order: { ...shootOrder({ slot: 0, turn: 0, slots: 2, nodes: 2 }), strategy: 'overlap', abort: false },
  migration: MIGRATION,
  gaps: [],
  cutoverGap: { from: NOW, to: NOW + 60_000 },
  podRoutesBefore: ['route-1', 'route-2'],
  podRoutes: [],
  deletions: new Map([
    ['route-1', 1],
    ['route-2', 1],
  ]),
  foreignRoutesGone: [],
  kubeDns: { before: ['100.64.0.10'], now: ['100.64.0.10', 'fd00::a'] },
  nodesSubnet: { dualStack: true, routesOverlapAllowed: false },
  corednsRestarts: 1,
  liveNodes: 2,
  unreachedNodes: [],
};

/** The same shoot, led back as it was asked for. */
export const LED_BACK: ShootObservation = {
  ...SHOOT,
  order: { ...SHOOT.order, abort: true },
  migration: { ...MIGRATION, status: { kind: 'aborted', since: AT }, position: 'abort' },
  podRoutes: ['route-1', 'route-2'],
  deletions: new Map([['route-1', 1]]),
  kubeDns: { before: ['100.64.0.10'], now: ['100.64.0.10'] },
  nodesSubnet: { dualStack: false, routesOverlapAllowed: false },
  corednsRestarts: 0,
};

/** A run that nobody can find fault with: an instance was killed, one stopped, one asked to end. */
export const GOOD_RUN: Observations = {
  backend: 'embedded',
  shoots: [SHOOT, LED_BACK],
  struck: [
    { kind: 'SIGKILL', pid: 11, at: 1_000, underWay: ['migrate-routes'] },
    { kind: 'SIGSTOP', pid: 12, at: 2_000, underWay: [] },
  ],
  ends: [
    { pid: 11, code: null, signal: 'SIGKILL', asked: 'SIGKILL', tookMs: 5, insisted: false },
    { pid: 12, code: 0, signal: null, asked: 'SIGTERM', tookMs: 900, insisted: false },
  ],
  errorLines: [{ pid: 12, at: 9_000, text: 'socket hang up' }],
  deliveries: { messages: 9, deliveries: 11, redelivered: 2, refused: 0, broken: 2, givenUp: 0 },
  deadLetters: [],
  deadLettersOnRecord: 0,
  refusals: [],
  recoveries: [],
  memory: { instance: 200, world: 300 },
  leftBehind: [],
  wallSeconds: 60,
};

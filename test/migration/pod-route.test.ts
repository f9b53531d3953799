import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Timestamp } from '../../shared/clock.ts';
import { parseCidr } from '../../shared/migration/cidr.ts';
import {
  advance,
  type PodRouteRecord,
  type PodRouteState,
  podRouteSchema,
  restored,
} from '../../shared/migration/pod-route.ts';

const STATES: readonly PodRouteState[] = ['recorded', 'aliased', 'verified', 'deleted'];
const RECORDED: PodRouteRecord = {
  name: 'shoot--core--api-6e0c1a52-77f0-4c3e-8b1d-000000000001',
  instance: 'shoot--core--api-worker-z1-04dxv',
  zone: 'europe-west1-b',
  podCidr: parseCidr('100.96.0.0/24'),
  network: 'shoot--core--api',
  priority: 1000,
  description: 'k8s-node-route',
  state: 'recorded',
  orphaned: false,
  recordedAt: minute(0),
};
const states = fc.constantFrom(...STATES);

function minute(number: number): Timestamp {
  return new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString() as Timestamp;
}

function timesOf({ recordedAt, aliasedAt, verifiedAt, deletedAt }: PodRouteRecord) {
  return { recordedAt, aliasedAt, verifiedAt, deletedAt };
}

test('a record only moves forward, whatever is asked of it in whatever order', () => {
  fc.assert(
    fc.property(fc.array(states, { maxLength: 12 }), (asked) => {
      let record = RECORDED;
      for (const [index, state] of asked.entries()) {
        const before = record;
        record = advance(before, state, minute(index + 1));
        const furthest = Math.max(STATES.indexOf(before.state), STATES.indexOf(state));
        expect(record.state).toBe(STATES[furthest]);
      }
    }),
  );
});

test('a state that was passed changes nothing, neither state nor time', () => {
  fc.assert(
    fc.property(fc.array(states, { maxLength: 12 }), states, (asked, late) => {
      const record = asked.reduce((now, state, index) => advance(now, state, minute(index + 1)), RECORDED);
      fc.pre(STATES.indexOf(late) <= STATES.indexOf(record.state));
      expect(advance(record, late, minute(30))).toEqual(record);
    }),
  );
});

test('each state leaves the time at which it was reached first, and the route’s own facts stay', () => {
  const deleted = STATES.reduce((record, state, index) => advance(record, state, minute(index)), RECORDED);
  expect(deleted).toEqual({
    ...RECORDED,
    state: 'deleted',
    aliasedAt: minute(1),
    verifiedAt: minute(2),
    deletedAt: minute(3),
  });
});

test('nothing but a restoration leads back from deleted, and it leads to verified', () => {
  const deleted = advance(advance(RECORDED, 'verified', minute(1)), 'deleted', minute(2));
  for (const state of STATES) expect(advance(deleted, state, minute(3))).toBe(deleted);
  const back = restored(deleted, minute(3));
  expect(back.state).toBe('verified');
  expect(back.restoredAt).toBe(minute(3));
  expect(timesOf(back)).toEqual({
    recordedAt: minute(0),
    aliasedAt: undefined,
    verifiedAt: minute(1),
    deletedAt: undefined,
  });
  expect(advance(back, 'deleted', minute(4)).deletedAt).toBe(minute(4));
});

test('a record is read back from its document as it was stored', () => {
  fc.assert(
    fc.property(states, (state) => {
      const record = advance(RECORDED, state, minute(1));
      expect(podRouteSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    }),
  );
});

import { expect, test } from 'vitest';
import { parseMaintenanceWindow } from '../../shared/migration/maintenance-window.ts';
import { rolloutSeconds } from '../../shared/migration/rollout-duration.ts';
import { type Slot, slotFor, windowSeconds } from '../../shared/migration/window-slot.ts';

/** Across midnight: four hours, in which work may begin until 01:45. */
const NIGHT = parseMaintenanceWindow('220000+0000', '020000+0000');
const at = (day: number, hour: number, minute = 0, second = 0) =>
  Date.UTC(2026, 2, day, hour, minute, second);
const HOUR = 3_600;

test.each<[now: number, seconds: number, slot: Slot]>([
  [at(1, 22), 4 * HOUR, { kind: 'begin', longerThanWindow: false }],
  // A run never asks at the very second: what takes as long as a window would wait for the next one for ever.
  [at(1, 22, 0, 1), 4 * HOUR, { kind: 'begin', longerThanWindow: true }],
  [at(1, 22, 5), 4 * HOUR - 299, { kind: 'begin', longerThanWindow: true }],
  [at(1, 22, 16), 4 * HOUR, { kind: 'fits none', window: 4 * HOUR, opensIn: 24 * HOUR - 960 }],
  [at(1, 22, 5), 4 * HOUR - 300, { kind: 'begin', longerThanWindow: false }],
  [at(1, 22, 6), 4 * HOUR - 300, { kind: 'no longer fits', rest: 4 * HOUR - 360, opensIn: 24 * HOUR - 360 }],
  [at(2, 1), HOUR, { kind: 'begin', longerThanWindow: false }],
  [at(2, 1, 1), HOUR, { kind: 'no longer fits', rest: 59 * 60, opensIn: 20 * HOUR + 59 * 60 }],
  [at(2, 1, 45), 15 * 60, { kind: 'begin', longerThanWindow: false }],
  [at(2, 1, 46), 1, { kind: 'closed', opensIn: 20 * HOUR + 14 * 60 }],
  [at(1, 12), 1, { kind: 'closed', opensIn: 10 * HOUR }],
  [at(1, 22), 4 * HOUR + 1, { kind: 'begin', longerThanWindow: true }],
  [at(1, 22, 15), 5 * HOUR, { kind: 'begin', longerThanWindow: true }],
  [at(1, 22, 16), 5 * HOUR, { kind: 'fits none', window: 4 * HOUR, opensIn: 23 * HOUR + 44 * 60 }],
])('at %d there is for %d s: %j', (now, seconds, slot) => {
  expect(slotFor(NIGHT, now, seconds)).toEqual(slot);
});

test('without a window everything may begin at any time', () => {
  expect(slotFor(undefined, at(1, 12), 1e6)).toEqual({ kind: 'begin', longerThanWindow: false });
});

test.each([
  ['220000+0000', '020000+0000', 4 * HOUR],
  ['100000+0000', '103000+0000', HOUR / 2],
  ['230000+0100', '010000-0100', 4 * HOUR],
])('from %s to %s a window lasts %d s', (begin, end, seconds) => {
  expect(windowSeconds(parseMaintenanceWindow(begin, end))).toBe(seconds);
});

test('pools roll at the same time, each as many nodes at once as it may', () => {
  const sizes = new Map([
    ['a', 10],
    ['b', 7],
  ]);
  const [a, b] = [
    { name: 'a', maxSurge: 2, maxUnavailable: 1 },
    { name: 'b', maxSurge: 1, maxUnavailable: 0 },
  ];
  expect(rolloutSeconds([a], sizes)).toBe(4 * 240);
  expect(rolloutSeconds([a, b], sizes)).toBe(7 * 240);
  expect(rolloutSeconds([{ ...b, name: 'empty' }], sizes)).toBe(0);
  expect(rolloutSeconds([], sizes)).toBe(0);
});

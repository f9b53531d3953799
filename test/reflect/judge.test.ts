import { expect, test } from 'vitest';
import { judge, type Verdict } from '../../shared/reflect/judge.ts';
import { pauseAfter, type Trace } from '../../shared/reflect/trace.ts';
import { at } from '../support/toy-times.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const left: Trace = { ours: ['a'], landed: true, wroteAt: at(NOW - MINUTE), setbacks: 0 };
const unknown: Trace = { ours: ['a', 'b'], landed: false, setbacks: 0 };
const paused: Trace = { ...left, setbacks: 2, notBefore: at(NOW + MINUTE) };
const over: Trace = { ...left, setbacks: 2, notBefore: at(NOW) };

test.each<[what: string, present: string, mayReplace: boolean, trace: Trace, kind: Verdict['kind']]>([
  ['as it is wanted', 'w', true, left, 'as wanted'],
  ['as it is wanted, by somebody else', 'w', false, left, 'as wanted'],
  ['as it is wanted, within a pause', 'w', true, paused, 'as wanted'],
  ['as we left it', 'a', false, left, 'write'],
  ['as one of our tries would have left it', 'b', false, unknown, 'write'],
  ['as before all our tries', 'x', true, unknown, 'write'],
  ['otherwise than we left it', 'x', true, left, 'gives way'],
  ['as we left it, within a pause', 'a', true, paused, 'gives way'],
  ['otherwise, within a pause', 'x', true, paused, 'gives way'],
  ['otherwise, after a pause', 'x', true, over, 'write'],
  ['otherwise, after a pause, and not to be replaced', 'x', false, over, 'gives way'],
])('what is %s', (_, present, mayReplace, trace, kind) => {
  expect(judge({ present, wanted: 'w', mayReplace }, trace, NOW).kind).toBe(kind);
});

test('what is about to be written is known for ours afterwards, whether it happened or not', () => {
  const { trace } = judge({ present: 'a', wanted: 'w', mayReplace: true }, left, NOW);
  for (const present of ['a', 'w']) {
    expect(judge({ present, wanted: 'v', mayReplace: false }, trace, NOW).kind).toBe('write');
  }
});

test('tries of which nobody knows do not add up without end', () => {
  let trace = left;
  for (let wanted = 0; wanted < 20; wanted += 1) {
    ({ trace } = judge({ present: 'a', wanted: String(wanted), mayReplace: true }, trace, NOW));
  }
  expect(trace.ours.length).toBeLessThanOrEqual(3);
});

test('pauses grow from five minutes to six hours', () => {
  expect([1, 2, 3, 7, 8, 50].map((setbacks) => pauseAfter(setbacks) / MINUTE)).toEqual([
    5, 10, 20, 320, 360, 360,
  ]);
});

test('a setback is forgotten when what was written stood as long as the pause was, and not when a write failed', () => {
  const stood = { ...left, setbacks: 1, wroteAt: at(NOW - 5 * MINUTE) };
  expect(
    judge({ present: 'w', wanted: 'w', mayReplace: true }, { ...stood, ours: ['w'] }, NOW).trace.setbacks,
  ).toBe(0);
  expect(judge({ present: 'a', wanted: 'w', mayReplace: true }, stood, NOW).trace.setbacks).toBe(0);
  expect(
    judge({ present: 'a', wanted: 'w', mayReplace: true }, { ...stood, landed: false }, NOW).trace.setbacks,
  ).toBe(1);
  expect(
    judge({ present: 'a', wanted: 'w', mayReplace: true }, { ...stood, wroteAt: at(NOW - 4 * MINUTE) }, NOW)
      .trace.setbacks,
  ).toBe(1);
});

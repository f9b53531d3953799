import { describe, expect, test } from 'vitest';
import { rootSpanIdOf, traceAttributes, traceIdOf } from '../../shared/migration/trace.ts';
import { senderIn } from '../../shared/telemetry/w3c.ts';

const ID = 'api-1';
const TRACE = traceIdOf(ID);
const SPAN = 'b7ad6b7169203331';

test('what a message of the engine says is what everybody who knows the migration can compute', () => {
  const { traceparent } = traceAttributes(ID);
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(senderIn(traceAttributes(ID), ID)).toEqual({ spanId: rootSpanIdOf(ID), tracestate: undefined });
  expect(traceIdOf('api-2')).not.toBe(TRACE);
});

test('a sender within the migration’s trace is believed, with its tracestate', () => {
  const tracestate = 'congo=t61rcWkgMzE, rojo=00f067aa0ba902b7';
  expect(senderIn({ traceparent: `00-${TRACE}-${SPAN}-00`, tracestate }, ID)).toEqual({
    spanId: SPAN,
    tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
  });
  // A later version may say more behind it.
  expect(senderIn({ traceparent: `42-${TRACE}-${SPAN}-01-more` }, ID)?.spanId).toBe(SPAN);
});

describe('a traceparent is as good as none', () => {
  test.each([
    ['of another migration', `00-${traceIdOf('web-1')}-${SPAN}-01`],
    ['of no span', `00-${TRACE}-0000000000000000-01`],
    ['in capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['of the version that there is not', `ff-${TRACE}-${SPAN}-01`],
    ['of version 00 with more behind it', `00-${TRACE}-${SPAN}-01-more`],
    ['that is cut off', `00-${TRACE}-${SPAN}`],
    ['with a line end', `00-${TRACE}-${SPAN}-01\nx`],
    ['that is garbage', '💣'.repeat(50)],
    ['that never ends', `42-${TRACE}-${SPAN}-01-${'x'.repeat(1_000)}`],
    ['that is empty', ''],
  ])('%s', (_, traceparent) => {
    expect(senderIn({ traceparent }, ID)).toBeUndefined();
  });
});

describe('a tracestate is left out, and its traceparent is not', () => {
  test.each([
    ['longer than anybody must take', `a=${'x'.repeat(600)}`],
    ['with more members than there may be', Array.from({ length: 33 }, (_, n) => `k${n}=v`).join()],
    ['with a name twice', 'a=1,a=2'],
    ['with a line end', 'a=1\r\nb=2'],
    ['without a value', 'a='],
    ['that is garbage', '=,=;💣'],
    ['that is empty', ''],
  ])('%s', (_, tracestate) => {
    const sender = senderIn({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate }, ID);
    expect(sender).toEqual({ spanId: SPAN, tracestate: undefined });
  });
});

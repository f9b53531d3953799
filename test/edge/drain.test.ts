import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Drain } from '../../shared/runtime/drain.ts';

let outcome: string[];

beforeEach(() => {
  outcome = [];
});

test('stopping waits for what is under way, and for what that brings about', async () => {
  const drain = new Drain();
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const work = drain.track(async () => {
    await first.promise;
    void drain.track(async () => await second.promise);
  });
  const stopped = drain.stop().then(() => outcome.push('stopped'));
  first.resolve();
  await work;
  await nextTurn();
  expect(outcome).toEqual([]);
  second.resolve();
  await stopped;
  expect(outcome).toEqual(['stopped']);
});

test('work that fails ends the wait too, and its failure is its caller’s', async () => {
  const drain = new Drain();
  const broken = Promise.withResolvers<void>();
  const work = drain.track(async () => await broken.promise);
  const stopped = drain.stop();
  broken.reject(new Error('broken'));
  await expect(work).rejects.toThrow('broken');
  await stopped;
});

test('the signal tells those under way at once, and stopping twice is stopping', async () => {
  const drain = new Drain();
  const noticed = drain.track(
    async () => await new Promise<void>((resolve) => drain.signal.addEventListener('abort', () => resolve())),
  );
  await Promise.all([drain.stop(), drain.stop()]);
  await noticed;
  expect(drain.signal.reason).toMatchObject({ message: 'the instance is shutting down' });
});

test('with nothing under way stopping takes no time', async () => {
  await new Drain().stop();
});

test('work’s result is its caller’s', async () => {
  expect(await new Drain().track(async () => 7)).toBe(7);
});

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const before = new Map<NodeJS.Signals, NodeJS.SignalsListener[]>();

beforeEach(() => {
  for (const signal of SIGNALS) before.set(signal, process.listeners(signal));
});

afterEach(() => {
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    for (const listener of before.get(signal) ?? []) process.on(signal, listener);
  }
});

test.each(SIGNALS)(
  '%s ends the process only when what is under way is done, and nobody else ends it before',
  async (signal) => {
    vi.resetModules();
    const { Drain: FreshDrain, drainOnSignals } = await import('../../shared/runtime/drain.ts');
    const drain = new FreshDrain();
    const exited = Promise.withResolvers<number>();
    process.on(signal, () => outcome.push('framework exits'));
    drainOnSignals(drain, (code) => {
      outcome.push(`exit ${code}`);
      exited.resolve(code);
    });
    drainOnSignals(new FreshDrain(), () => outcome.push('second take-over'));
    const work = Promise.withResolvers<void>();
    const tracked = drain.track(async () => await work.promise).then(() => outcome.push('answered'));
    process.emit(signal);
    process.emit(signal);
    expect(drain.signal.aborted).toBe(true);
    expect(outcome).toEqual([]);
    work.resolve();
    await tracked;
    await exited.promise;
    expect(outcome.slice(0, 2)).toEqual(['answered', 'exit 0']);
    expect(outcome).not.toContain('framework exits');
  },
);

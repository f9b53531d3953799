import { describe, expect, it, vi } from 'vitest';
import { spanOf } from '../../infra/local/gce/index.ts';
import { ComputeRefused, ComputeUnavailable, ResourceNotFound } from '../../shared/compute/errors.ts';
import { type InProcess, nodesOf, startInProcess } from './in-process.ts';

function firstOf(world: InProcess) {
  const [node] = nodesOf(world);
  if (node === undefined) throw new Error('the example cluster has no nodes');
  return node;
}

describe('over a transport, without a socket', () => {
  it('the adapter reads and changes the simulated project', async () => {
    const world = await startInProcess();
    const { clock, compute, network, nodesSubnet } = world;
    const { instance, alias, route } = firstOf(world);
    await clock.until(compute.instances(nodesSubnet));
    await clock.until(compute.addAlias(instance, alias));
    await clock.until(compute.deleteRoute(route));
    const after = await clock.until(compute.instances(nodesSubnet));
    expect(after.find(({ name }) => name === instance.name)?.aliases).toEqual([alias]);
    expect((await clock.until(compute.routes(network))).map(({ name }) => name)).not.toContain(route);
    await clock.until(compute.removeAlias(instance, alias));
    expect((await clock.until(compute.instances(nodesSubnet))).flatMap(({ aliases }) => aliases)).toEqual([]);
  });

  it('time passes as the simulator says and stands still while answers are handed over', async () => {
    const latency = { read: spanOf(100), request: spanOf(300), operation: spanOf(5_000) };
    const world = await startInProcess({ latency });
    const { clock, compute } = world;
    const stop = new AbortController();
    // Somebody else wakes every 10 ms.
    const tick = async (): Promise<void> => {
      await clock.sleep(10, stop.signal);
      return tick();
    };
    const ticking = tick().catch(() => undefined);
    const start = clock.now();
    await clock.until(compute.deleteRoute(firstOf(world).route));
    // The wait is asked for at 300, arrives at 400 and ends with the operation, 5,000 after that began.
    expect(clock.now() - start).toBe(5_300);
    stop.abort();
    await ticking;
  });

  it('calls leave no timer of the wall’s clock behind', async () => {
    const world = await startInProcess();
    const { clock, compute } = world;
    const { instance, alias } = firstOf(world);
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const timer = vi.spyOn(globalThis, 'setTimeout');
    try {
      await clock.until(compute.addAlias(instance, alias));
      await clock.until(compute.removeAlias(instance, alias));
      expect(timeout).not.toHaveBeenCalled();
      expect(timer).not.toHaveBeenCalled();
    } finally {
      timeout.mockRestore();
      timer.mockRestore();
    }
  });

  it.each(['none', 'after'] as const)(
    'a connection that broke (effect: %s) is repeated, as over HTTP',
    async (effect) => {
      const world = await startInProcess();
      const { clock, compute, simulator, network, sent } = world;
      const { route } = firstOf(world);
      simulator.faults.add({ method: 'routes.delete', kind: 'drop-connection', effect });
      await clock.until(compute.deleteRoute(route));
      expect((await clock.until(compute.routes(network))).map(({ name }) => name)).not.toContain(route);
      const ids = sent
        .filter(({ method }) => method === 'DELETE')
        .map(({ url }) => url.searchParams.get('requestId'));
      expect(ids).toHaveLength(2);
      expect(new Set(ids).size).toBe(1);
    },
  );

  it.each([
    [ComputeRefused, 400, 'invalid'],
    [ComputeRefused, 403, 'forbidden'],
    [ResourceNotFound, 404, 'notFound'],
    [ComputeUnavailable, 403, 'rateLimitExceeded'],
    [ComputeRefused, 401, 'authError'],
    [ComputeUnavailable, 503, 'backendError'],
  ])('%o for HTTP %i %s', async (kind, code, reason) => {
    const { clock, compute, simulator } = await startInProcess();
    simulator.faults.add({ method: 'networks.get', kind: 'http-error', code, reason, call: 'every' });
    await expect(clock.until(compute.network('n'))).rejects.toThrow(kind);
  });

  it('a call ends at once with the reason of the signal', async () => {
    const stop = new AbortController();
    const world = await startInProcess({ signal: stop.signal });
    const { clock, compute, simulator, sent } = world;
    simulator.faults.add({ method: 'routes.delete', kind: 'hang' });
    const ended = expect(compute.deleteRoute(firstOf(world).route)).rejects.toThrow('shutting down');
    await clock.untilTrue(() => sent.some(({ url }) => url.pathname.endsWith('/wait')));
    const then = clock.now();
    stop.abort(new Error('shutting down'));
    await ended;
    expect(clock.now()).toBe(then);
  });
});

import { describe, expect, it } from 'vitest';
import {
  ComputeRefused,
  ComputeUnavailable,
  FingerprintStale,
  ResourceNotFound,
} from '../../shared/compute/errors.ts';
import { type Refusal, refusalError } from '../../shared/compute/google/refusals.ts';
import { firstNode, PATIENTLY, startWorld, type World } from './world.ts';

const method = 'routes.delete';

function requestIds({ sent }: World): Set<string | null> {
  return new Set(sent.mutations().map(({ query }) => query.get('requestId')));
}

async function routeNames({ compute, network }: World): Promise<string[]> {
  return (await compute.routes(network)).map(({ name }) => name);
}

describe('trouble that passes', () => {
  it.each([
    ['a connection that broke before the request arrived', { kind: 'drop-connection' }],
    ['a connection that broke after the effect', { kind: 'drop-connection', effect: 'after' }],
    ['a server error', { kind: 'http-error', code: 503, reason: 'backendError' }],
    [
      'a server error after the effect',
      { kind: 'http-error', code: 500, reason: 'internalError', effect: 'after' },
    ],
    ['a busy resource', { kind: 'http-error', code: 400, reason: 'resourceNotReady' }],
    ['a rate limit', { kind: 'http-error', code: 403, reason: 'rateLimitExceeded' }],
  ] as const)('%s: the request is repeated with its requestId', async (_, fault) => {
    const world = await startWorld();
    const { route } = firstNode(world);
    world.simulator.faults.add({ method, ...fault });
    let effects = 0;
    world.simulator.onEvent(({ type }) => {
      if (type === 'route-deleted') effects += 1;
    });
    await world.compute.deleteRoute(route);
    expect(await routeNames(world)).not.toContain(route);
    expect(world.sent.mutations()).toHaveLength(2);
    expect(requestIds(world).size).toBe(1);
    expect(effects).toBe(1);
  });

  it('an operation that failed for a while is started again under a new requestId', async () => {
    const world = await startWorld();
    const { route } = firstNode(world);
    world.simulator.faults.add({ method, kind: 'operation-error', reason: 'RESOURCE_NOT_READY' });
    await world.compute.deleteRoute(route);
    expect(await routeNames(world)).not.toContain(route);
    expect(requestIds(world).size).toBe(2);
  });

  it('a quota by the minute only slows down', async () => {
    const world = await startWorld({ nodes: 6, quotas: { callsPerMinute: { writes: 3 } } });
    const pods = (await world.compute.routes(world.network)).filter(
      ({ description }) => description === 'k8s-node-route',
    );
    await Promise.all(pods.map(({ name }) => world.compute.deleteRoute(name)));
    expect(await routeNames(world)).toHaveLength(2);
  });

  it('too many operations at a time only slow down', async () => {
    const world = await startWorld({ nodes: 6, quotas: { concurrentOperations: { global: 1 } } });
    const pods = (await world.compute.routes(world.network)).filter(
      ({ description }) => description === 'k8s-node-route',
    );
    await Promise.all(pods.slice(0, 3).map(({ name }) => world.compute.deleteRoute(name)));
    expect(await routeNames(world)).toHaveLength(5);
  });

  it('reads are repeated too', async () => {
    const world = await startWorld();
    world.simulator.faults.add({ method: 'routes.list', kind: 'drop-connection' });
    world.simulator.faults.add({
      method: 'routes.list',
      kind: 'http-error',
      code: 503,
      reason: 'backendError',
      call: 2,
    });
    expect(await routeNames(world)).toHaveLength(5);
  });
});

describe('trouble that stays', () => {
  it('a server that never answers well ends as ComputeUnavailable after a bounded number of attempts', async () => {
    const world = await startWorld();
    world.simulator.faults.add({
      method,
      kind: 'http-error',
      code: 503,
      reason: 'backendError',
      call: 'every',
    });
    await expect(world.compute.deleteRoute('r')).rejects.toThrow(ComputeUnavailable);
    expect(world.sent.mutations()).toHaveLength(7);
  });

  it('an operation that fails after HTTP 200 is an error with its code', async () => {
    const world = await startWorld();
    const { route } = firstNode(world);
    world.simulator.faults.add({
      method,
      kind: 'operation-error',
      reason: 'INVALID_USAGE',
      message: 'no way',
    });
    const failed = world.compute.deleteRoute(route);
    await expect(failed).rejects.toThrow(ComputeRefused);
    await expect(failed).rejects.toMatchObject({ code: 'INVALID_USAGE', call: `routes.delete ${route}` });
    expect(world.sent.mutations()).toHaveLength(1);
  });

  it('an operation that does not end is given up as ComputeUnavailable', async () => {
    const world = await startWorld({ switches: { operationWait: 'at-once' } });
    world.simulator.faults.add({ method, kind: 'hang' });
    await expect(world.compute.deleteRoute(firstNode(world).route)).rejects.toThrow('still not done');
  });

  it('a permission that is missing is refused at once', async () => {
    const world = await startWorld();
    world.simulator.faults.add({ method, kind: 'http-error', code: 403, reason: 'forbidden' });
    await expect(world.compute.deleteRoute('r')).rejects.toMatchObject({ code: 'forbidden' });
    expect(world.sent.mutations()).toHaveLength(1);
  });
});

describe('waiting for an operation', () => {
  it('goes on when wait returns before the operation is done', async () => {
    const world = await startWorld({
      switches: { operationWait: 'at-once' },
      latency: {
        read: { min: 0, max: 0 },
        request: { min: 0, max: 0 },
        operation: { min: 20_000, max: 20_000 },
      },
    });
    const { route } = firstNode(world);
    await world.compute.deleteRoute(route);
    expect(await routeNames(world)).not.toContain(route);
  });

  it('takes an operation that is not known any more for ended', async () => {
    const world = await startWorld();
    const { route } = firstNode(world);
    world.sent.script(({ path }) =>
      path.endsWith('/wait')
        ? { status: 404, body: { error: { code: 404, message: 'gone', errors: [{ reason: 'notFound' }] } } }
        : undefined,
    );
    await world.compute.deleteRoute(route);
  });

  it('ends promptly with the reason of the signal', async () => {
    const stop = new AbortController();
    const world = await startWorld({ signal: stop.signal, speed: 1 });
    world.simulator.faults.add({ method, kind: 'hang' });
    const deleting = world.compute.deleteRoute(firstNode(world).route);
    const ended = expect(deleting).rejects.toThrow('shutting down');
    await expect
      .poll(() => world.sent.requests.some(({ path }) => path.endsWith('/wait')), PATIENTLY)
      .toBe(true);
    stop.abort(new Error('shutting down'));
    await ended;
  });

  it('a patch that the API answers with 304 has changed nothing and is no error', async () => {
    const world = await startWorld();
    world.sent.script(({ method: verb }) =>
      verb === 'PATCH' ? { status: 304, body: undefined } : undefined,
    );
    await world.compute.setRoutesOverlap(world.nodesSubnet, true);
  });
});

describe('what the API says becomes an error named for what a caller does about it', () => {
  it.each([
    [ComputeUnavailable, { status: 403, codes: ['rateLimitExceeded'] }],
    [ComputeUnavailable, { status: 403, codes: ['x', 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED'] }],
    [ComputeUnavailable, { status: 429, codes: [] }],
    [ComputeUnavailable, { status: 502, codes: [] }],
    [ComputeUnavailable, { status: 400, codes: ['resourceNotReady'] }],
    [ComputeUnavailable, { status: undefined, codes: ['RESOURCE_OPERATION_RATE_EXCEEDED'] }],
    [ComputeRefused, { status: 403, codes: ['quotaExceeded'] }],
    [ComputeRefused, { status: 403, codes: ['forbidden'] }],
    [ComputeRefused, { status: 403, codes: ['QUOTA_EXCEEDED'] }],
    [ComputeRefused, { status: 409, codes: ['alreadyExists'] }],
    [ComputeRefused, { status: 400, codes: ['UNSUPPORTED_OPERATION'] }],
    [ResourceNotFound, { status: 404, codes: ['notFound'] }],
    [ResourceNotFound, { status: undefined, codes: ['RESOURCE_NOT_FOUND'] }],
    [FingerprintStale, { status: 412, codes: ['conditionNotMet'] }],
    [FingerprintStale, { status: undefined, codes: ['CONDITION_NOT_MET'] }],
  ] satisfies [unknown, Omit<Refusal, 'message'>][])('%o for %j', (kind, refusal) => {
    const error = refusalError('a.call', { ...refusal, message: 'as said' });
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain('a.call: as said');
  });
});

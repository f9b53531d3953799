import { describe, expect, it } from 'vitest';
import { ConnectionDropped, spanOf } from '../../infra/local/gce/index.ts';
import { exampleProject } from './project.ts';

const ID = '6e0c1a52-77f0-4c3e-8b1d-0123456789ab';

describe('operations', () => {
  it('start RUNNING with progress 0 and end DONE with 100 after their latency', async () => {
    const { call, routeOf, clock } = exampleProject({
      latency: {
        read: spanOf(0),
        request: spanOf(0),
        operation: spanOf(1_000),
        'routes.delete': spanOf(5_000),
      },
    });
    const { body } = await call('DELETE', routeOf(0));
    expect(body).toMatchObject({ status: 'RUNNING', progress: 0, operationType: 'delete' });
    const name = Reflect.get(Object(body), 'name');
    const begun = clock.now();
    await clock.advance(4_999);
    expect((await call('GET', `global/operations/${name}`)).body).toMatchObject({ status: 'RUNNING' });
    await clock.advance(1);
    expect((await call('GET', `global/operations/${name}`)).body).toMatchObject({
      status: 'DONE',
      progress: 100,
      endTime: new Date(begun + 5_000).toISOString(),
    });
  });

  it('wait blocks two minutes at most and then shows the operation as it is', async () => {
    const { compute, call, routeOf, clock } = exampleProject();
    compute.faults.add({ method: 'routes.delete', kind: 'hang' });
    const { body } = await call('DELETE', routeOf(0));
    const begun = clock.now();
    const name = Reflect.get(Object(body), 'name');
    const waited = await call('POST', `global/operations/${name}/wait`, '');
    expect(waited.body).toMatchObject({ status: 'RUNNING' });
    expect(clock.now() - begun).toBe(120_000);
    compute.faults.release(name);
    expect((await call('POST', `global/operations/${name}/wait`)).body).toMatchObject({ status: 'DONE' });
  });

  it('wait may return at once when that is switched', async () => {
    const { call, routeOf } = exampleProject({ switches: { operationWait: 'at-once' } });
    const { body } = await call('DELETE', routeOf(0));
    const waited = await call('POST', `global/operations/${Reflect.get(Object(body), 'name')}/wait`);
    expect(waited.body).toMatchObject({ status: 'RUNNING' });
  });

  it('are kept an hour after they ended, then forgotten', async () => {
    const { done, refused, call, routeOf, clock } = exampleProject();
    const { name } = await done('DELETE', routeOf(0));
    await clock.advance(3_590_000);
    expect((await call('GET', `global/operations/${name}`)).status).toBe(200);
    await clock.advance(20_000);
    expect(await refused('GET', `global/operations/${name}`)).toMatchObject({ status: 404 });
  });

  it('are shared by requests with one requestId: the repeat has no second effect', async () => {
    const { call, refused, routeOf, compute, clock } = exampleProject();
    const first = await call('DELETE', `${routeOf(0)}?requestId=${ID}`);
    await clock.advance(20_000);
    const second = await call('DELETE', `${routeOf(0)}?requestId=${ID}`);
    expect(second.body).toMatchObject({
      name: Reflect.get(Object(first.body), 'name'),
      clientOperationId: ID,
      status: 'DONE',
    });
    expect(await refused('DELETE', `${routeOf(0)}?requestId=nonsense`)).toMatchObject({ status: 400 });
    expect(compute.calls().byMethod).toEqual({ 'routes.delete': 3 });
  });
});

describe('planned faults', () => {
  it('let an operation fail after HTTP 200, without effect', async () => {
    const { compute, done, call, routeOf } = exampleProject();
    compute.faults.add({
      method: 'routes.delete',
      call: 2,
      kind: 'operation-error',
      reason: 'INTERNAL_ERROR',
    });
    expect((await done('DELETE', routeOf(0))).failure).toBeUndefined();
    expect((await done('DELETE', routeOf(1))).failure).toMatchObject({ code: 'INTERNAL_ERROR' });
    expect((await call('GET', routeOf(1))).status).toBe(200);
  });

  it('break the connection before or after the effect', async () => {
    const { compute, call, routeOf, clock } = exampleProject();
    compute.faults.add({ method: 'routes.delete', kind: 'drop-connection', path: routeOf(0) });
    compute.faults.add({
      method: 'routes.delete',
      kind: 'drop-connection',
      path: routeOf(1),
      effect: 'after',
    });
    await expect(call('DELETE', routeOf(0))).rejects.toThrow(ConnectionDropped);
    await expect(call('DELETE', routeOf(1))).rejects.toThrow(ConnectionDropped);
    await clock.advance(10_000);
    expect((await call('GET', routeOf(0))).status).toBe(200);
    expect((await call('GET', routeOf(1))).status).toBe(404);
  });

  it('answer with an HTTP error, every time if so planned, and spare the actors', async () => {
    const { compute, refused, routeOf, clock } = exampleProject();
    const name = routeOf(0).replace('global/routes/', '');
    const fault = {
      method: 'routes.get',
      call: 'every',
      kind: 'http-error',
      code: 503,
      reason: 'backendError',
    } as const;
    const takeBack = compute.faults.add(fault);
    expect(await refused('GET', routeOf(0))).toMatchObject({ status: 503, reason: 'backendError' });
    expect(await refused('GET', routeOf(0))).toMatchObject({ status: 503 });
    expect(await clock.until(compute.actors.getRoute(name))).toMatchObject({ name });
    takeBack();
    expect(compute.calls()).toMatchObject({ total: 2, mutating: 0 });
  });
});

describe('quotas', () => {
  it('refuse calls over the rate of the minute with 403 rateLimitExceeded, and refill with the next minute', async () => {
    const { call, refused, routeOf, clock } = exampleProject({ quotas: { callsPerMinute: { reads: 2 } } });
    await call('GET', routeOf(0));
    await call('GET', routeOf(0));
    const refusal = await refused('GET', routeOf(0));
    expect(refusal).toMatchObject({ status: 403, reason: 'rateLimitExceeded' });
    expect(refusal.message).toMatch(
      /^Quota exceeded for quota metric '.*' and limit '2 per minute' of service/,
    );
    await clock.advance(60_000);
    expect((await call('GET', routeOf(0))).status).toBe(200);
  });

  it('refuse too many operations in flight with the details that tell it from a rate', async () => {
    const { call, routeOf, clock } = exampleProject({ quotas: { concurrentOperations: { global: 1 } } });
    await call('DELETE', routeOf(0));
    const { status, body } = await call('DELETE', routeOf(1));
    expect(status).toBe(403);
    expect(body).toMatchObject({
      error: {
        errors: [{ message: 'Rate Limit Exceeded', domain: 'usageLimits', reason: 'rateLimitExceeded' }],
        details: [
          {
            reason: 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED',
            domain: 'compute.googleapis.com',
            metadatas: {
              containerType: 'PROJECT',
              quotaLimit: 'GlobalConcurrentOperationsPerProject',
              location: 'global',
            },
          },
          {},
          {},
        ],
      },
    });
    await clock.advance(10_000);
    expect((await call('DELETE', routeOf(1))).status).toBe(200);
  });
});

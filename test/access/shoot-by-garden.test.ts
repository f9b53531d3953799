import { expect, test } from 'vitest';
import { ClusterUnavailable, NoAccess } from '../../shared/kubernetes/errors.ts';
import { startGardenWorld } from './garden-world.ts';
import { HANG_UP, status } from './server.ts';

const HOUR = 3_600;

test('a kubeconfig is requested of the garden with the first request, as Gardener takes it, and used', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  expect(world.issued).toEqual([]);
  expect(await cluster.nodes()).toEqual([]);
  expect(world.issued).toEqual([
    {
      kind: 'admin',
      token: 'issued-admin-1',
      requested: {
        apiVersion: 'authentication.gardener.cloud/v1alpha1',
        kind: 'AdminKubeconfigRequest',
        seconds: expect.any(Number),
      },
    },
  ]);
  // Gardener takes nothing below ten minutes, and one that is good for longer than an hour is not short-lived.
  expect(world.issued[0]?.requested.seconds).toBeGreaterThanOrEqual(600);
  expect(world.issued[0]?.requested.seconds).toBeLessThanOrEqual(HOUR);
  expect(world.shootSaw).toEqual(['issued-admin-1']);
});

test('to plan, it is the viewer’s', async () => {
  const world = await startGardenWorld();
  await world.cluster(world.kubeconfig('plan')).nodes();
  expect(world.issued).toMatchObject([{ kind: 'viewer', requested: { kind: 'ViewerKubeconfigRequest' } }]);
});

test('it is kept from one run to the next', async () => {
  const world = await startGardenWorld();
  const kubeconfig = world.kubeconfig();
  await world.cluster(kubeconfig).nodes();
  world.clock.advance(300);
  await world.cluster(kubeconfig).nodes();
  expect(world.issued).toHaveLength(1);
  expect(world.shootSaw).toEqual(['issued-admin-1', 'issued-admin-1']);
});

test('it is renewed shortly before it ends, in the middle of a run, and never used after its end', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  const begunAt = world.clock.now();
  const endsAt = new Map<string, number>();
  const usedAt = new Map<string, number[]>();
  for (let request = 0; request < 350; request += 1) {
    await cluster.nodes();
    for (const { token, requested } of world.issued) {
      if (!endsAt.has(token)) endsAt.set(token, world.clock.now() + requested.seconds * 1000);
    }
    const token = world.shootSaw.at(-1) ?? 'none';
    usedAt.set(token, [...(usedAt.get(token) ?? []), world.clock.now()]);
    world.clock.advance(13);
  }
  const seconds = (world.clock.now() - begunAt) / 1000;
  expect(world.issued.length).toBeGreaterThan(3);
  // Not with every request either.
  expect(world.issued.length).toBeLessThan(seconds / 300);
  for (const [token, times] of usedAt) {
    const left = Math.min(...times.map((time) => (endsAt.get(token) ?? 0) - time));
    expect(left).toBeGreaterThan(30_000);
  }
  expect(world.shootSaw).toHaveLength(350);
});

test('however many requests need it at once, it is requested once', async () => {
  const world = await startGardenWorld();
  const kubeconfig = world.kubeconfig();
  await Promise.all(Array.from({ length: 20 }, () => world.cluster(kubeconfig).nodes()));
  expect(world.issued).toHaveLength(1);
  world.clock.advance(2 * HOUR);
  await Promise.all(Array.from({ length: 20 }, () => world.cluster(kubeconfig).nodes()));
  expect(world.issued).toHaveLength(2);
});

test('when the shoot does not take it any more, another one is had and the request made again, unnoticed', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  await cluster.nodes();
  world.clock.advance(60);
  world.revoke();
  expect(await cluster.nodes()).toEqual([]);
  expect(world.issued).toHaveLength(2);
  expect(world.shootSaw).toEqual(['issued-admin-1', 'issued-admin-1', 'issued-admin-2']);
});

test('of many requests that were refused at once, one asks the garden again', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  await cluster.nodes();
  world.clock.advance(60);
  world.revoke();
  await Promise.all(Array.from({ length: 20 }, () => cluster.nodes()));
  expect(world.issued).toHaveLength(2);
});

test('a shoot that takes nothing the garden issues is waited for, and the garden is not asked over and over', async () => {
  const world = await startGardenWorld();
  world.shootAnswers = () => status(401, 'Unauthorized', 'Unauthorized');
  const failure = await failureOf(world.cluster().nodes());
  expect(failure).toBeInstanceOf(ClusterUnavailable);
  expect(failure.message).toContain('does not take what the garden has just issued');
  expect(world.issued.length).toBeLessThan(6);
});

test.each([
  ['behind', -2 * HOUR],
  ['ahead', 2 * HOUR],
])(
  'the garden’s clock is hours %s: what it issues is used as long as the garden means it',
  async (_, ahead) => {
    const world = await startGardenWorld();
    world.gardenAhead = ahead;
    const cluster = world.cluster();
    const begunAt = world.clock.now();
    for (let request = 0; request < 30; request += 1) {
      await cluster.nodes();
      world.clock.advance(60);
    }
    const seconds = world.issued[0]?.requested.seconds ?? 0;
    const elapsed = (world.clock.now() - begunAt) / 1000;
    expect(world.issued.length).toBeGreaterThan(elapsed / seconds);
    expect(world.issued.length).toBeLessThan(elapsed / 300);
  },
);

test('of a garden that does not say its time, an end that is over by this clock is not believed', async () => {
  const world = await startGardenWorld();
  world.sendsDate = false;
  world.gardenAhead = -2 * HOUR;
  const cluster = world.cluster();
  expect(await cluster.nodes()).toEqual([]);
  world.clock.advance(10);
  expect(await cluster.nodes()).toEqual([]);
  expect(world.issued).toHaveLength(1);
});

test('one that ends sooner than was asked for is renewed sooner', async () => {
  const world = await startGardenWorld();
  world.goodFor = 90;
  const cluster = world.cluster();
  await cluster.nodes();
  world.clock.advance(50);
  await cluster.nodes();
  expect(world.issued).toHaveLength(1);
  world.clock.advance(30);
  await cluster.nodes();
  expect(world.issued).toHaveLength(2);
});

test('one that is said to last for years is renewed after what was asked for all the same', async () => {
  const world = await startGardenWorld();
  world.goodFor = 10_000 * HOUR;
  const cluster = world.cluster();
  await cluster.nodes();
  world.clock.advance(HOUR);
  await cluster.nodes();
  expect(world.issued).toHaveLength(2);
});

test('while the garden is away the run goes on with what it has, up to its end and not beyond', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  await cluster.nodes();
  const seconds = world.issued[0]?.requested.seconds ?? 0;
  let asked = 0;
  world.gardenAnswers = () => {
    asked += 1;
    return HANG_UP;
  };
  world.clock.advance(seconds - 120);
  for (let request = 0; request < 10; request += 1) expect(await cluster.nodes()).toEqual([]);
  expect(asked).toBe(1);
  world.clock.advance(120);
  await expect(cluster.nodes()).rejects.toBeInstanceOf(ClusterUnavailable);
  world.gardenAnswers = undefined;
  expect(await cluster.nodes()).toEqual([]);
});

test('a garden that says no instead of renewing ends it at once: somebody wants that', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  await cluster.nodes();
  const seconds = world.issued[0]?.requested.seconds ?? 0;
  world.gardenAnswers = () => status(403, 'Forbidden', 'shoots "api" is forbidden');
  world.clock.advance(seconds - 120);
  await expect(cluster.nodes()).rejects.toBeInstanceOf(NoAccess);
  expect(world.shootSaw).toHaveLength(1);
});

test('a change whose credentials are taken away before it is sent is made, and once', async () => {
  const world = await startGardenWorld();
  const cluster = world.cluster();
  await cluster.nodes();
  world.clock.advance(60);
  const saw: string[] = [];
  world.shootAnswers = ({ method }) => {
    saw.push(method);
    if (method === 'GET') world.revoke();
    const metadata = { name: 'coredns', namespace: 'kube-system', resourceVersion: '7' };
    return { status: 200, body: { kind: 'Deployment', metadata, spec: { template: { metadata: {} } } } };
  };
  await cluster.coreDns.restart('2026-11-21T12:00:00.000Z');
  expect(saw).toEqual(['GET', 'PATCH']);
  expect(world.shootSaw).toEqual(['issued-admin-1', 'issued-admin-1', 'issued-admin-1', 'issued-admin-2']);
});

async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a failure');
}

import { describe, expect, test } from 'vitest';
import { ClusterRefused } from '../../shared/kubernetes/errors.ts';
import { type Fate, type Managed, type Seed, startSeed } from './seed.ts';

const STOPPED = ['--configure-cloud-routes=false', '--cidr-allocator-type=CloudAllocator'];
const MANAGING = ['--configure-cloud-routes=true', '--cidr-allocator-type=RangeAllocator'];
const OTHERS = ['--cluster-cidr=100.96.0.0/11', '--allocate-node-cidrs=true'];

/** As the steps do it: by what is there, without a memory. */
async function stop(manager: Managed): Promise<void> {
  const { managesRoutes, allocatesFromAliases } = await manager.state();
  if (managesRoutes || !allocatesFromAliases) await manager.stopManagingRoutes();
}

async function goBack(manager: Managed): Promise<void> {
  const { managesRoutes, allocatesFromAliases } = await manager.state();
  if (!managesRoutes || allocatesFromAliases) await manager.manageRoutes();
}

async function handBack(manager: Managed): Promise<void> {
  if (await manager.hold.isHeld()) await manager.hold.handBack();
}

async function argsOf(seed: Seed): Promise<readonly string[]> {
  const args = await seed.args();
  expect(args).toEqual(expect.arrayContaining(OTHERS));
  return args.filter((arg) => !OTHERS.includes(arg));
}

describe('a cloud-controller-manager that Gardener keeps as it wants it', () => {
  test('stays stopped as long as it has to, whatever gardener-resource-manager does', async () => {
    const seed = await startSeed();
    const manager = seed.manager();
    await manager.stopManagingRoutes();
    for (let turn = 0; turn < 3; turn += 1) await seed.reconcile();
    expect(await argsOf(seed)).toEqual(STOPPED);
    expect(await manager.state()).toMatchObject({ managesRoutes: false, allocatesFromAliases: true });
    expect(await manager.hold.isHeld()).toBe(true);
  });

  test('is changed only while it is ignored, and Gardener is told to end that itself when it renders it anew', async () => {
    const seed = await startSeed();
    await seed.manager().stopManagingRoutes();
    expect(seed.unguarded).toEqual([]);
    expect(await seed.annotations()).toMatchObject({
      'resources.gardener.cloud/ignore': 'true',
      'gcp.provider.extensions.gardener.cloud/remove-ignore': 'true',
    });
  });

  test('is Gardener’s again when it is handed back, and nothing is left of us', async () => {
    const seed = await startSeed();
    await seed.manager().stopManagingRoutes();
    seed.wanted = 'by aliases';
    await seed.manager().hold.handBack();
    expect(await seed.annotations()).toEqual({});
    await seed.reconcile();
    expect(await argsOf(seed)).toEqual(STOPPED);
    expect(await seed.manager().hold.isHeld()).toBe(false);
  });

  test('goes back to managing routes, against a Gardener that wants it otherwise by now', async () => {
    const seed = await startSeed();
    await stop(seed.manager());
    seed.wanted = 'by aliases';
    await goBack(seed.manager());
    await seed.reconcile();
    expect(await argsOf(seed)).toEqual(MANAGING);
    await handBack(seed.manager());
    await seed.reconcile();
    expect(await argsOf(seed)).toEqual(STOPPED);
  });

  test('that somebody else has ignored is not given back by us', async () => {
    const seed = await startSeed();
    const theirs = { 'resources.gardener.cloud/ignore': 'true' };
    await seed.annotate(theirs);
    await stop(seed.manager());
    expect(await argsOf(seed)).toEqual(STOPPED);
    expect(await seed.manager().hold.isHeld()).toBe(false);
    await seed.manager().hold.handBack();
    expect(await seed.annotations()).toEqual(theirs);
  });

  test('that Gardener has taken back by itself leaves nothing of ours behind in the end', async () => {
    const seed = await startSeed();
    await stop(seed.manager());
    seed.wanted = 'by aliases';
    await seed.annotate({
      'resources.gardener.cloud/ignore': null,
      'gcp.provider.extensions.gardener.cloud/remove-ignore': null,
    });
    await handBack(seed.manager());
    expect(await seed.annotations()).toEqual({});
  });

  test('that somebody else has ignored after Gardener took it back is not given back by us either', async () => {
    const seed = await startSeed();
    await stop(seed.manager());
    const theirs = { 'resources.gardener.cloud/ignore': 'true' };
    await seed.annotate({ ...theirs, 'gcp.provider.extensions.gardener.cloud/remove-ignore': null });
    await handBack(seed.manager());
    expect(await seed.annotations()).toEqual(theirs);
  });

  test('in a seed of a Gardener that has no such ManagedResource is changed all the same', async () => {
    const seed = await startSeed({ managed: false });
    await stop(seed.manager());
    expect(await argsOf(seed)).toEqual(STOPPED);
    await handBack(seed.manager());
    await goBack(seed.manager());
    expect(await argsOf(seed)).toEqual(MANAGING);
  });

  test('is not written to, and nothing is held, where all is as it should be', async () => {
    const seed = await startSeed();
    const wrote: string[] = [];
    const manager = seed.manager((_, { method, url }) => {
      if (method !== 'GET') wrote.push(url.pathname);
      return undefined;
    });
    await goBack(manager);
    await handBack(manager);
    expect(wrote).toEqual([]);
  });
});

describe('a change that fails', () => {
  const toDeployment =
    (status: number) =>
    (_: number, { method, url }: { method: string; url: URL }): Fate =>
      method === 'PATCH' && url.pathname.includes('/deployments/') ? { status } : undefined;

  test.each([403, 422, 500])('with %s takes its ignoring back, and Gardener’s own stands', async (status) => {
    const seed = await startSeed();
    await expect(seed.manager(toDeployment(status)).stopManagingRoutes()).rejects.toThrow();
    expect(await seed.annotations()).toEqual({});
    expect(await argsOf(seed)).toEqual(MANAGING);
  });

  test('says why it failed, not that the way back failed too; that is found again', async () => {
    const seed = await startSeed();
    let ignored = false;
    const manager = seed.manager((_, { method, url }) => {
      if (method !== 'PATCH') return undefined;
      if (url.pathname.includes('/deployments/')) return { status: 422 };
      if (ignored) return { status: 403 };
      ignored = true;
      return undefined;
    });
    const failure = await manager.stopManagingRoutes().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ClusterRefused);
    expect(String(failure)).toContain('Deployment shoot--core--api/cloud-controller-manager');
    expect(await seed.manager().hold.isHeld()).toBe(true);
    await handBack(seed.manager());
    expect(await seed.annotations()).toEqual({});
  });
});

describe('after a crash at any request, with or without its effect', () => {
  /** Dies at the nth request of the journey; true when it came to its end before that. */
  async function dying(seed: Seed, nth: number, fate: Fate, journey: (manager: Managed) => Promise<void>) {
    let died = false;
    const manager = seed.manager((request) => {
      died ||= request === nth;
      return request === nth ? fate : undefined;
    });
    await journey(manager).catch(() => undefined);
    return !died;
  }

  const WAYS = [
    ['forward', 'dies before'],
    ['forward', 'dies after'],
    ['back', 'dies before'],
    ['back', 'dies after'],
  ] as const;

  test.each(WAYS)(
    'the way on is %s (%s): what has to be is, and Gardener has its own at the end',
    async (way, fate) => {
      const journeys: readonly ((seed: Seed) => (manager: Managed) => Promise<void>)[] = [
        () => stop,
        (seed) => async (manager) => {
          await stop(manager);
          seed.wanted = 'by aliases';
          await handBack(manager);
        },
        () => async (manager) => {
          await stop(manager);
          await goBack(manager);
          await handBack(manager);
        },
      ];
      let deaths = 0;
      for (const journey of journeys) {
        for (let nth = 1; ; nth += 1) {
          expect(nth).toBeLessThan(100);
          const seed = await startSeed();
          const ended = await dying(seed, nth, fate, journey(seed));
          if (ended) break;
          deaths += 1;
          if (way === 'forward') {
            await stop(seed.manager());
            await seed.reconcile();
            expect(await argsOf(seed)).toEqual(STOPPED);
            seed.wanted = 'by aliases';
          } else {
            await goBack(seed.manager());
            await seed.reconcile();
            expect(await argsOf(seed)).toEqual(MANAGING);
            seed.wanted = 'by routes';
          }
          await handBack(seed.manager());
          expect(await seed.annotations()).toEqual({});
          await seed.reconcile();
          expect(await argsOf(seed)).toEqual(way === 'forward' ? STOPPED : MANAGING);
          expect(seed.unguarded).toEqual([]);
        }
      }
      // Reading, ignoring, changing, handing back: each was the last one of some life.
      expect(deaths).toBeGreaterThan(15);
    },
  );

  test('a process that dies a second time, on the way on, leaves it no worse', async () => {
    for (let first = 1; first <= 8; first += 1) {
      for (let second = 1; second <= 8; second += 1) {
        const seed = await startSeed();
        await dying(seed, first, 'dies after', stop);
        await dying(seed, second, 'dies after', async (manager) => {
          await goBack(manager);
          await handBack(manager);
        });
        await goBack(seed.manager());
        await handBack(seed.manager());
        await seed.reconcile();
        expect(await seed.annotations()).toEqual({});
        expect(await argsOf(seed)).toEqual(MANAGING);
        expect(seed.unguarded).toEqual([]);
      }
    }
  });
});

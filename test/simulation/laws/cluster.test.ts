import { describe, expect, test } from 'vitest';
import { daemonSets, pods, services } from '../../../infra/local/cluster/index.ts';
import { lawsBrokenBy } from './fake-product.ts';

const namespace = 'kube-system';

describe('kube-dns', () => {
  test('that is another Service all at once is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (_, { cluster }) => {
        const { metadata, spec } = cluster.api.get(services, { namespace, name: 'kube-dns' });
        cluster.api.delete(services, { namespace, name: 'kube-dns' });
        const { name, labels = {} } = metadata;
        cluster.api.create(services, namespace, { metadata: { name, labels }, spec });
      },
    });
    expect(broken).toContain('kube-dns keeps its address');
  });

  test('that is switched without a look at CoreDNS is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ ports }) => void (await ports.cluster.kubeDns.makeDualStack('any')),
    });
    expect([...broken]).toEqual(['kube-dns is switched to what answers']);
  });

  test('that is switched while the pods of CoreDNS have one address each is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ ports }) => {
        await ports.cluster.coreDns.pods();
        await ports.cluster.kubeDns.makeDualStack('any');
      },
    });
    expect([...broken]).toEqual(['kube-dns is switched to what answers']);
  });
});

describe('CoreDNS', () => {
  test('that the product restarts twice is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ ports, clock, signal }) => {
        await ports.cluster.coreDns.restart('2026-03-01T22:00:00Z');
        await clock.sleep(120_000, signal);
        await ports.cluster.coreDns.restart('2026-03-01T22:05:00Z');
      },
    });
    expect([...broken]).toEqual(['CoreDNS restarts once']);
  });

  test('that the product restarts once is not caught', async () => {
    const broken = await lawsBrokenBy({
      act: ({ ports }) => ports.cluster.coreDns.restart('2026-03-01T22:00:00Z'),
    });
    expect([...broken]).toEqual([]);
  });

  test('of which no pod is left Ready is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ clock, signal }, { cluster }) => {
        for (const pod of cluster.api.kernel.store.each(pods, namespace)) {
          const { name, labels } = pod.metadata;
          if (labels?.['k8s-app'] === 'kube-dns') cluster.api.delete(pods, { namespace, name });
        }
        await clock.sleep(60_000, signal);
      },
    });
    expect([...broken]).toEqual(['CoreDNS restarts once']);
  });
});

test('a cloud-controller-manager that is given the routes back is caught', async () => {
  const broken = await lawsBrokenBy({
    act: async ({ ports }) => {
      await ports.cluster.cloudControllerManager.stopManagingRoutes();
      await ports.cluster.cloudControllerManager.manageRoutes();
    },
  });
  expect([...broken]).toEqual(['nothing is undone']);
});

describe('the agents of the network plugin', () => {
  test('that are unavailable in greater number than allowed are caught', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ clock, signal }, { cluster }) => {
        await clock.sleep(200_000, signal);
        const patch = { kind: 'merge' as const, body: { status: { numberUnavailable: 5 } } };
        const key = { namespace, name: 'calico-node' };
        cluster.api.patch(daemonSets, key, patch, { subresource: 'status' });
      },
    });
    expect([...broken]).toEqual(['agents roll within bounds']);
  });
});

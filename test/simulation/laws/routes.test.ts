import { describe, expect, test } from 'vitest';
import { aliasAll, firstNode, giveAliases, lawsBrokenBy, POD_RANGE, recordAll } from './fake-product.ts';

describe('a product that deletes a route', () => {
  test('without anything else breaks every law about it', async () => {
    const broken = await lawsBrokenBy({
      act: ({ ports }, world) => ports.compute.deleteRoute(firstNode(world).route.name),
    });
    for (const law of [
      'traffic arrives',
      'every node is carried',
      'recorded before deleted',
      'aliased before deleted',
    ]) {
      expect(broken).toContain(law);
    }
  });

  test('without a record is caught although an alias carries its node', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await aliasAll(run, world);
        await run.ports.compute.deleteRoute(firstNode(world).route.name);
      },
    });
    expect([...broken]).toEqual(['recorded before deleted']);
  });

  test('with record and alias that were read back is not caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await recordAll(run, world);
        await aliasAll(run, world);
        await run.clock.sleep(30_000, run.signal);
        await run.ports.compute.deleteRoute(firstNode(world).route.name);
      },
    });
    expect([...broken]).toEqual([]);
  });

  test('without having read its alias back is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        const { node, route } = firstNode(world);
        await recordAll(run, world);
        await aliasAll(run, world);
        await giveAliases(world, node, []);
        await giveAliases(world, node, [{ ipCidrRange: node.podCidr, subnetworkRangeName: POD_RANGE }]);
        await run.ports.compute.deleteRoute(route.name);
      },
    });
    expect(broken).toContain('aliased before deleted');
  });

  test('before the first one’s node was looked at is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await recordAll(run, world);
        await aliasAll(run, world);
        await run.clock.sleep(30_000, run.signal);
        for (const { name, description } of world.compute.resources.routes.values()) {
          if (description === 'k8s-node-route') await run.ports.compute.deleteRoute(name);
        }
      },
    });
    expect([...broken]).toEqual(['checked before the next deletion']);
  });

  test('after the first one’s node was looked at is not caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        await recordAll(run, world);
        await aliasAll(run, world);
        await run.clock.sleep(30_000, run.signal);
        for (const { name, description, destRange } of world.compute.resources.routes.values()) {
          if (description !== 'k8s-node-route') continue;
          await run.ports.compute.deleteRoute(name);
          const nodes = world.example.nodes.filter(({ podCidr }) => podCidr === destRange);
          await run.ports.reachability.unreached(nodes);
        }
      },
    });
    expect([...broken]).toEqual([]);
  });

  test('of somebody else is caught', async () => {
    const broken = await lawsBrokenBy({
      act: ({ ports }) => ports.compute.deleteRoute('corporate-network'),
    });
    expect(broken).toContain('foreign resources are left alone');
  });

  test('and creates it again without a restore on record is caught', async () => {
    const broken = await lawsBrokenBy({
      act: async (run, world) => {
        const { node, route } = firstNode(world);
        await run.ports.compute.deleteRoute(route.name);
        await run.ports.compute.createRoute({
          name: route.name,
          network: world.example.network,
          destination: node.podCidr,
          description: 'k8s-node-route',
          priority: 1_000,
          nextHop: node,
        });
      },
    });
    expect(broken).toContain('nothing is undone');
  });
});

describe('what the product may not touch', () => {
  test('a secondary range of somebody else is not taken off', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ ports }, { example }) => {
        const subnet = `${example.technicalId}-internal`;
        await ports.compute.addSecondaryRange(subnet, { name: 'theirs', range: '10.99.0.0/24' });
        await ports.compute.removeSecondaryRange(subnet, 'theirs');
      },
    });
    expect(broken).toContain('foreign resources are left alone');
  });

  test('an alias IP range of somebody else is not taken off', async () => {
    const broken = await lawsBrokenBy({
      act: async ({ ports }, world) => {
        const { node } = firstNode(world);
        const theirs = { ipCidrRange: '10.250.200.7/32' };
        await giveAliases(world, node, [theirs]);
        await ports.compute.removeAlias(node, { range: theirs.ipCidrRange, rangeName: undefined });
      },
    });
    expect(broken).toContain('foreign resources are left alone');
  });

  test('nor changed by any other way, whoever did it', async () => {
    const broken = await lawsBrokenBy({
      act: (_, { compute }) => compute.actors.deleteRoute('corporate-network'),
    });
    expect([...broken]).toEqual(['foreign resources are left alone']);
  });

  test('a firewall rule of somebody else is not deleted', async () => {
    const broken = await lawsBrokenBy({
      act: ({ ports }, { example }) =>
        ports.compute.deleteFirewallRule(`${example.technicalId}-allow-internal-access`),
    });
    expect([...broken]).toEqual(['foreign resources are left alone']);
  });
});

test('the overlap flag that comes on again after it went off is caught', async () => {
  const broken = await lawsBrokenBy({
    act: async ({ ports }, { example }) => {
      for (const allowed of [true, false, true]) {
        await ports.compute.setRoutesOverlap(`${example.technicalId}-nodes`, allowed);
      }
    },
  });
  expect([...broken]).toEqual(['nothing is undone']);
});

test('a gap that somebody else made is not the product’s fault when it is over in time', async () => {
  const broken = await lawsBrokenBy({
    act: async (run, world) => {
      await aliasAll(run, world);
      const { node, route } = firstNode(world);
      await world.compute.actors.deleteRoute(route.name);
      await giveAliases(world, node, []);
      await run.clock.sleep(60_000, run.signal);
      await run.ports.compute.addAlias(node, { range: node.podCidr, rangeName: POD_RANGE });
    },
  });
  expect([...broken]).toEqual([]);
});

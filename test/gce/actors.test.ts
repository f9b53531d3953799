import { describe, expect, it } from 'vitest';
import type { ComputeEvent } from '../../infra/local/gce/index.ts';
import { exampleProject } from './project.ts';

describe('actors of the simulated world', () => {
  it('replace a VM by one with an alias of the server’s choice and both families, uncounted', async () => {
    const { compute, clock, cluster, patchSubnet, podRange, node, routeOf, network, nodesSubnet } =
      exampleProject({
        switches: { netmaskAllocationSkipsRoutes: 'yes' },
      });
    const { actors, dataPlane } = compute;
    await patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    await patchSubnet({ secondaryIpRanges: [podRange] });
    for (const route of cluster.nodes.keys()) {
      await clock.until(actors.deleteRoute(routeOf(route).replace('global/routes/', '')));
    }
    await patchSubnet({ allowSubnetCidrRoutesOverlap: false });
    await patchSubnet({ stackType: 'IPV4_IPV6', ipv6AccessType: 'EXTERNAL' });
    await clock.advance(2_000);
    const before = compute.calls().total;
    await clock.until(actors.deleteInstance(node(0).zone, node(0).name));
    const inserted = await clock.until(
      actors.insertInstance(node(0).zone, {
        name: 'worker-new',
        canIpForward: true,
        networkInterfaces: [
          {
            network,
            subnetwork: nodesSubnet,
            stackType: 'IPV4_IPV6',
            aliasIpRanges: [{ ipCidrRange: '/24', subnetworkRangeName: 'ipv4-pod-cidr' }],
          },
        ],
      }),
    );
    expect(inserted).toMatchObject({ status: 'RUNNING', kind: 'compute#instance' });
    const [nic] = inserted.networkInterfaces;
    // The deleted VM's address and pod CIDR are free again, and the first that are.
    expect(nic).toMatchObject({ networkIP: '10.250.0.2', stackType: 'IPV4_IPV6' });
    expect(nic?.aliasIpRanges?.[0]?.ipCidrRange).toBe('100.96.0.0/24');
    expect(nic?.ipv6AccessConfigs).toHaveLength(1);
    expect(dataPlane.reaches('worker-new', '100.96.0.0/24')).toEqual({ arrives: true });
    expect(compute.calls().total).toBe(before);
  });

  it('are told by an error with code and reason when the API refuses and when an operation fails', async () => {
    const { compute, clock, network } = exampleProject();
    const events: ComputeEvent[] = [];
    compute.onEvent((event) => events.push(event));
    const route = { name: 'inside', network, destRange: '10.250.3.0/24', nextHopIp: '10.250.0.2' };
    await expect(clock.until(compute.actors.insertRoute(route))).rejects.toMatchObject({
      code: 400,
      reason: 'UNSUPPORTED_OPERATION',
    });
    await expect(clock.until(compute.actors.deleteRoute('nobody'))).rejects.toMatchObject({
      code: 404,
      reason: 'notFound',
    });
    expect(events).toEqual([]);
  });
});

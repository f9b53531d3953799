import { describe, expect, it } from 'vitest';
import { spanOf } from '../../infra/local/gce/index.ts';
import { AT_ONCE, exampleProject, type TestOptions } from './project.ts';

/** Every node of the example is live, and the nodes subnet has its pod range under the flag. */
async function hybrid(options: TestOptions = {}) {
  const project = exampleProject(options);
  await project.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
  await project.patchSubnet({ secondaryIpRanges: [project.podRange] });
  for (const node of project.cluster.nodes) project.compute.dataPlane.registerNode(node.name, node.podCidr);
  const arrives = (index: number) => {
    const { name, podCidr } = project.node(index);
    return project.compute.dataPlane.reaches(name, podCidr).arrives;
  };
  return { ...project, arrives, dataPlane: project.compute.dataPlane };
}

describe('packets to a pod CIDR arrive', () => {
  it('by its route alone, by route and alias, by the alias alone, and by neither not', async () => {
    const { arrives, patchNic, alias, done, routeOf } = await hybrid();
    expect(arrives(0)).toBe(true);
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    expect(arrives(0)).toBe(true);
    await done('DELETE', routeOf(0));
    expect(arrives(0)).toBe(true);
    await patchNic(0, { aliasIpRanges: [] });
    expect(arrives(0)).toBe(false);
  });

  it('by routes under a hybrid range only while the network falls back to them', async () => {
    expect((await hybrid()).arrives(0)).toBe(true);
    expect((await hybrid({ switches: { hybridFallback: 'off' } })).arrives(0)).toBe(false);
  });

  it('by routes no more when the flag is taken off over them', async () => {
    const { arrives, patchSubnet, patchNic, alias } = await hybrid({
      switches: { flagOffWhileRoutesOverlap: 'accepted' },
    });
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    await patchSubnet({ allowSubnetCidrRoutesOverlap: false });
    expect([arrives(0), arrives(1)]).toEqual([true, false]);
  });

  it('not when the VM is stopped, whatever carries them', async () => {
    const { arrives, patchNic, alias, done, node } = await hybrid();
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    await done('POST', `${node(0).path}/stop`);
    expect(arrives(0)).toBe(false);
    await done('POST', `${node(1).path}/stop`);
    expect(arrives(1)).toBe(false);
    await done('POST', `${node(0).path}/start`);
    expect(arrives(0)).toBe(true);
  });

  it('not while a second route sends a share of them to another VM, and again when that VM is gone', async () => {
    const { arrives, done, node, network, dataPlane, clock } = await hybrid();
    const nextHopInstance = node(1).path;
    await done('POST', 'global/routes', {
      name: 'second',
      network,
      destRange: node(0).podCidr,
      nextHopInstance,
    });
    expect(arrives(0)).toBe(false);
    await done('DELETE', node(1).path);
    expect(arrives(0)).toBe(true);
    await clock.advance(5_000);
    expect(dataPlane.longestGapSeconds(node(0).name)).toBe(10);
  });

  it('only whole: not when a part of the CIDR belongs to another VM', async () => {
    const { arrives, patchNic, alias } = await hybrid();
    await patchNic(1, { aliasIpRanges: [{ ...alias(0), ipCidrRange: '100.96.0.128/25' }] });
    expect(arrives(0)).toBe(false);
  });

  it('not through an alias that the guest agent takes for itself, when that is switched', async () => {
    const { arrives, patchNic, alias } = await hybrid({ switches: { guestAgentTakesAliases: 'yes' } });
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    expect([arrives(0), arrives(1)]).toEqual([false, true]);
  });
});

describe('lost node-seconds', () => {
  it('are exactly the time between the loss and the return, as the network sees them', async () => {
    const propagation = { ...AT_ONCE, route: spanOf(3_000), instance: spanOf(7_000) };
    const { done, routeOf, clock, patchNic, alias, dataPlane, node, call } = await hybrid({ propagation });
    await done('DELETE', routeOf(0));
    const deleted = clock.now();
    expect(dataPlane.lostNodeSeconds()).toBe(0);
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    const aliased = clock.now();
    await clock.advance(60_000);
    const gap = (aliased + 7_000 - (deleted + 3_000)) / 1_000;
    expect(gap).toBe(14);
    expect(dataPlane.lostNodeSeconds()).toBe(gap);
    expect(dataPlane.longestGapSeconds(node(0).name)).toBe(gap);
    expect(dataPlane.gaps()).toMatchObject([
      { node: node(0).name, from: deleted + 3_000, to: aliased + 7_000 },
    ]);
    await call('GET', routeOf(1));
    expect(dataPlane.longestGapSeconds(node(1).name)).toBe(0);
  });

  it('are added up over nodes and grow while a gap is open', async () => {
    const { done, routeOf, clock, dataPlane } = await hybrid();
    await done('DELETE', routeOf(0));
    await clock.advance(5_000);
    const before = dataPlane.lostNodeSeconds();
    await done('DELETE', routeOf(1));
    await clock.advance(5_000);
    expect(before).toBe(5);
    expect(dataPlane.lostNodeSeconds()).toBe(5 + 15 + 5);
    expect(dataPlane.longestGapSeconds()).toBe(20);
  });

  it('are not counted for a node that is drained, and stop when it goes', async () => {
    const { done, routeOf, clock, dataPlane, node } = await hybrid();
    dataPlane.deregisterNode(node(0).name);
    await done('DELETE', node(0).path);
    expect(dataPlane.lostNodeSeconds()).toBe(0);
    await done('DELETE', routeOf(1));
    await clock.advance(4_000);
    dataPlane.deregisterNode(node(1).name);
    await clock.advance(4_000);
    expect(dataPlane.lostNodeSeconds()).toBe(4);
  });

  it('are counted when a live VM is deleted, also one that only a route led to', async () => {
    const { done, clock, dataPlane, node } = await hybrid();
    await done('DELETE', node(2).path);
    await clock.advance(6_000);
    expect(dataPlane.lostNodeSeconds()).toBe(6);
  });

  it('show a transient between the range and the fallback, when that is switched', async () => {
    const project = exampleProject({ switches: { hybridTransientMs: 500 } });
    const { dataPlane } = project.compute;
    for (const node of project.cluster.nodes) dataPlane.registerNode(node.name, node.podCidr);
    await project.patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    await project.patchSubnet({ secondaryIpRanges: [project.podRange] });
    await project.clock.advance(5_000);
    expect(dataPlane.lostNodeSeconds()).toBe(4 * 0.5);
  });
});

describe('events', () => {
  it('tell of every change that takes effect, in order, with its time', async () => {
    const { compute, done, patchNic, patchSubnet, alias, podRange, routeOf, clock } = exampleProject();
    const events: string[] = [];
    const begun = clock.now();
    const stop = compute.onEvent(({ type, at }) => events.push(`${(at - begun) / 1_000} ${type}`));
    await patchSubnet({ allowSubnetCidrRoutesOverlap: true });
    await patchSubnet({ secondaryIpRanges: [podRange] });
    await patchNic(0, { aliasIpRanges: [alias(0)] });
    await done('DELETE', routeOf(0));
    stop();
    await done('DELETE', routeOf(1));
    expect(events).toEqual([
      '10 overlap-flag-changed',
      '20 range-added',
      '30 alias-added',
      '40 route-deleted',
    ]);
  });
});

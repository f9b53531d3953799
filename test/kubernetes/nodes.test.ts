import { expect, it } from 'vitest';
import { nodes } from '../../infra/local/cluster/index.ts';
import { EXAMPLE_POOL } from '../../infra/local/example/nodes.ts';
import { startWorld } from './world.ts';

it('a node shows its instance, pod CIDRs and readiness', async () => {
  const { cluster, example } = await startWorld();
  const [first] = example.nodes;
  const listed = await cluster.nodes();
  expect(listed).toHaveLength(3);
  expect(listed).toContainEqual({
    name: first?.name,
    instance: { name: first?.name, zone: first?.zone },
    podCidrs: [first?.podCidr],
    ready: true,
    leaving: false,
    pool: EXAMPLE_POOL,
  });
});

it('a node that nobody has initialised or labelled has no instance, no pod CIDRs and no pool', async () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'new' } };
  const { cluster } = await startWorld({ objects: (objects) => [...objects, node] });
  const listed = (await cluster.nodes()).find(({ name }) => name === 'new');
  expect(listed).toEqual({
    name: 'new',
    instance: undefined,
    podCidrs: [],
    ready: false,
    leaving: false,
    pool: undefined,
  });
});

it('a node that is being deleted is leaving', async () => {
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'old', finalizers: ['example.com/wait'] },
  };
  const { cluster, simulator } = await startWorld({ objects: (objects) => [...objects, node] });
  await simulator.client.delete(nodes, { name: 'old' });
  expect((await cluster.nodes()).filter(({ leaving }) => leaving).map(({ name }) => name)).toEqual(['old']);
});

it('all nodes are listed, over several pages', async () => {
  const { cluster, simulator } = await startWorld({ nodes: 620 });
  expect(new Set((await cluster.nodes()).map(({ name }) => name)).size).toBe(620);
  expect(simulator.requests()['list nodes']).toBe(2);
});

it('a list whose second page is too old is begun again', async () => {
  const { cluster, simulator } = await startWorld({ nodes: 620 });
  simulator.faults.failRequest({
    match: { verb: 'list', resource: 'nodes' },
    nth: 2,
    when: 'before',
    answer: 410,
  });
  expect(new Set((await cluster.nodes()).map(({ name }) => name)).size).toBe(620);
});

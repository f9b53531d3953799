import { CoreV1Api } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { configMaps } from '../../infra/local/cluster/index.ts';
import { kubeConfigFor, refusedWith } from './client-node.ts';
import { clusterInProcess, refusal, simulatorOverHttp } from './small-cluster.ts';

describe('lists', () => {
  test('pages cover everything once, in order, and say what remains', async () => {
    const simulator = await simulatorOverHttp();
    const core = kubeConfigFor(simulator).makeApiClient(CoreV1Api);
    const all = (await core.listPodForAllNamespaces()).items.map(({ metadata }) => metadata?.name);
    const seen: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await core.listPodForAllNamespaces({ limit: 4, ...(token ? { _continue: token } : {}) });
      seen.push(...page.items.map(({ metadata }) => metadata?.name));
      token = page.metadata?._continue;
      expect(page.metadata?.remainingItemCount ?? 0).toBe(all.length - seen.length);
    } while (token);
    expect(seen).toEqual(all);
  });

  test('a continue token from before the kept history is Gone', async () => {
    const { client, api } = clusterInProcess();
    const page = await client.list(configMaps, { limit: 1 });
    await client.create(configMaps, { metadata: { name: 'later', namespace: 'shop' } });
    api.kernel.store.compact();
    expect(await refusal(client.list(configMaps, { continue: page.continue ?? '' }))).toMatchObject({
      code: 410,
    });
  });

  test.each([
    ['tier', ['a', 'b']],
    ['!tier', ['c']],
    ['tier=front', ['a']],
    ['tier==front', ['a']],
    ['tier!=front', ['b', 'c']],
    ['tier in (front, back)', ['a', 'b']],
    ['tier notin (front),stage', ['b']],
    ['stage>1', ['b']],
    ['stage<2', ['a']],
  ])('the label selector "%s" selects %j', async (labelSelector, names) => {
    const { client } = clusterInProcess({ objects: [] });
    const create = (name: string, labels: Record<string, string>) =>
      client.create(configMaps, { metadata: { name, namespace: 'default', labels } });
    await create('a', { tier: 'front', stage: '1' });
    await create('b', { tier: 'back', stage: '2' });
    await create('c', {});
    const { items } = await client.list(configMaps, { labelSelector });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
  });

  test('a malformed label selector is refused', async () => {
    const { client } = clusterInProcess({ objects: [] });
    expect(await refusal(client.list(configMaps, { labelSelector: 'a in b' }))).toMatchObject({ code: 400 });
  });

  test('field selectors select by node and phase, and unknown fields are refused', async () => {
    const simulator = await simulatorOverHttp();
    const core = kubeConfigFor(simulator).makeApiClient(CoreV1Api);
    const node = (await core.listNode()).items[0]?.metadata?.name ?? '';
    const fieldSelector = `spec.nodeName=${node},status.phase!=Failed`;
    const { items } = await core.listPodForAllNamespaces({ fieldSelector });
    expect(items.length).toBeGreaterThanOrEqual(2);
    expect(items.every(({ spec }) => spec?.nodeName === node)).toBe(true);
    const unknown = core.listPodForAllNamespaces({ fieldSelector: 'spec.colour=red' });
    expect(await refusedWith(unknown)).toMatchObject({
      code: 400,
      message: 'field label not supported: spec.colour',
    });
  });
});

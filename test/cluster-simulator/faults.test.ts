import { CoreV1Api } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { ConnectionLost, configMaps } from '../../infra/local/cluster/index.ts';
import { kubeConfigFor, refusedWith } from './client-node.ts';
import { refusal, simulatorOverHttp } from './small-cluster.ts';

const namespace = 'shop';
const body = (name: string) => ({ metadata: { name, namespace } });

describe('faults on order', () => {
  test('the n-th matching request fails before anything happened', async () => {
    const { client, faults } = await simulatorOverHttp();
    faults.failRequest({
      match: { verb: 'create', resource: 'configmaps' },
      nth: 2,
      when: 'before',
      answer: 503,
    });
    await client.create(configMaps, body('a'));
    expect(await refusal(client.create(configMaps, body('b')))).toMatchObject({ code: 503 });
    await client.create(configMaps, body('c'));
    const { items } = await client.list(configMaps, { namespace });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'c']);
  });

  test('a request can fail after its effect, over HTTP too', async () => {
    const simulator = await simulatorOverHttp();
    const core = kubeConfigFor(simulator).makeApiClient(CoreV1Api);
    simulator.faults.failRequest({ match: { verb: 'create' }, when: 'after', answer: 504 });
    expect(await refusedWith(core.createNamespacedConfigMap({ namespace, body: body('a') }))).toMatchObject({
      code: 504,
    });
    expect((await core.readNamespacedConfigMap({ namespace, name: 'a' })).metadata?.name).toBe('a');
  });

  test('an answer can get lost', async () => {
    const simulator = await simulatorOverHttp();
    simulator.faults.failRequest({ match: { verb: 'get' }, when: 'after', answer: 'connection-lost' });
    await expect(fetch(`${simulator.url}/api/v1/nodes/x`)).rejects.toThrow('fetch failed');
    expect((await fetch(`${simulator.url}/api/v1/nodes/x`)).status).toBe(404);
  });

  test('while the server is away nobody gets through, afterwards everybody', async () => {
    const { client, faults, url } = await simulatorOverHttp();
    faults.setServerAway(true);
    await expect(client.list(configMaps)).rejects.toThrow(ConnectionLost);
    await expect(fetch(`${url}/version`)).rejects.toThrow('fetch failed');
    faults.setServerAway(false);
    expect((await fetch(`${url}/version`)).status).toBe(200);
  });

  test('requests are counted by verb and resource; the controllers’ own do not count', async () => {
    const { client, requests } = await simulatorOverHttp();
    expect(requests()).toEqual({});
    await client.create(configMaps, body('a'));
    await client.list(configMaps);
    await client.list(configMaps);
    expect(requests()).toEqual({ 'create configmaps': 1, 'list configmaps': 2 });
  });

  test('the server answers unknown paths, methods and bodies as the real one does', async () => {
    const { url } = await simulatorOverHttp();
    expect(await (await fetch(`${url}/api/v1/unicorns`)).json()).toMatchObject({ kind: 'Status', code: 404 });
    expect((await fetch(`${url}/api/v1/nodes`, { method: 'PUT' })).status).toBe(405);
    const post = (content: string, type: string) =>
      fetch(`${url}/api/v1/namespaces/shop/configmaps`, {
        method: 'POST',
        body: content,
        headers: { 'content-type': type },
      });
    expect((await post('{', 'application/json')).status).toBe(400);
    expect((await post('[]', 'application/json')).status).toBe(400);
    expect((await post('x', 'application/vnd.kubernetes.protobuf')).status).toBe(400);
    expect((await post('x', 'text/plain')).status).toBe(415);
    expect((await post(`{"x":"${'y'.repeat(3_200_000)}"}`, 'application/json')).status).toBe(413);
    expect(await (await fetch(`${url}/readyz`)).text()).toBe('ok');
  });
});

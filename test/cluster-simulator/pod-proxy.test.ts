import { describe, expect, it } from 'vitest';
import type { PodProxy } from '../../infra/local/cluster/index.ts';
import { pods } from '../../infra/local/cluster/index.ts';
import { simulatorOverHttp } from './small-cluster.ts';

const echo: PodProxy = ({ metadata }, port, { method, path, body }) =>
  port === 8080
    ? { status: 201, contentType: 'text/plain', body: `${metadata.name}: ${method} ${path} ${body}` }
    : undefined;

async function withPod(podProxy?: PodProxy) {
  const simulator = await simulatorOverHttp(podProxy === undefined ? {} : { podProxy });
  const { items } = await simulator.client.list(pods, { namespace: 'kube-system' });
  const pod = items.find(({ metadata }) => metadata.name.startsWith('coredns-'))?.metadata.name ?? '';
  const send = (server: string, path: string, init?: RequestInit) =>
    fetch(`${simulator.url}/api/v1/namespaces/kube-system/pods/${server}/proxy/${path}`, init);
  return { simulator, pod, send };
}

describe('a request to a pod through the API server', () => {
  it('arrives with method, path, query and body, and the answer comes back as it is', async () => {
    const { pod, send, simulator } = await withPod(echo);
    const answer = await send(`http:${pod}:8080`, 'a%2Fb?c=d', { method: 'POST', body: 'hello' });
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe(`${pod}: POST /a/b?c=d hello`);
    expect(simulator.requests()['create pods/proxy']).toBe(1);
    expect(await (await send(`${pod}:8080`, '')).text()).toBe(`${pod}: GET / `);
  });

  it('is answered 503 where nothing serves, 404 for an unknown pod and 400 for a name that is none', async () => {
    const { pod, send } = await withPod(echo);
    expect((await send(`http:${pod}:9090`, 'a')).status).toBe(503);
    expect((await send('http:nobody:8080', 'a')).status).toBe(404);
    expect((await send(`http:${pod}:8080:more`, 'a')).status).toBe(400);
    expect((await send(`ftp:${pod}:8080`, 'a')).status).toBe(400);
  });

  // What kube-apiserver does is shown in test/cluster/pod-network.test.ts.
  it.each([
    ['a%2Fb', '/a/b'],
    ['a%3Fb', '/a%3Fb'],
    ['a%20b', '/a%20b'],
    ['a%25b', '/a%25b'],
    ['a/', '/a/'],
    ['', '/'],
  ])('with the path %s arrives as %s', async (sent, arrives) => {
    const { pod, send } = await withPod(echo);
    expect(await (await send(`${pod}:8080`, sent)).text()).toBe(`${pod}: GET ${arrives} `);
  });

  it('goes to the first declared port when it names none', async () => {
    const { pod, send } = await withPod((_pod, port) => ({
      status: 200,
      contentType: 'text/plain',
      body: `${port}`,
    }));
    expect(await (await send(pod, 'a')).text()).toBe('8053');
  });

  it('is answered 400 for a pod that has no address', async () => {
    const { simulator, send } = await withPod(echo);
    const spec = { containers: [{ name: 'c', image: 'c' }] };
    await simulator.client.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'unscheduled', namespace: 'kube-system' },
      spec: { ...spec, nodeName: 'no-such-node' },
    });
    const answer = await send('unscheduled:8080', 'a');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: 'address not allowed' });
  });

  it('is answered 503 while no test plays the servers in pods', async () => {
    const { pod, send } = await withPod();
    expect((await send(`http:${pod}:8080`, 'a')).status).toBe(503);
  });
});

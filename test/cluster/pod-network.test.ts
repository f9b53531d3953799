import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { ApiServer } from '../../shared/kubernetes/client/api-server.ts';
import { reachedFrom } from '../../shared/kubernetes/client/probe/ask.ts';
import { NAMESPACE } from '../../shared/kubernetes/client/probe/manifests.ts';
import type { ControlPlane } from './control-plane/index.ts';
import { answeredBy, startControlPlane } from './control-plane/index.ts';
import { describeOnCluster } from './support.ts';

const ADDRESS = '100.96.0.7';
const PROBER_ADDRESS = '100.96.0.9';
const SILENT_ADDRESS = '100.96.0.10';
const IPV6_ADDRESS = '2001:db8:96::7';

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config;
}

describeOnCluster('the way from the API server to pods', () => {
  let controlPlane: ControlPlane;
  let core: CoreV1Api;
  let arrived: string[] = [];

  async function takeNote(request: IncomingMessage): Promise<void> {
    arrived.push(
      `${request.method} ${request.url} ${request.headers['content-type']} ${await text(request)}`,
    );
  }

  beforeAll(async () => {
    controlPlane = await startControlPlane({
      serviceClusterIpRanges: ['100.64.0.0/13'],
      dialPod: async (address, port) => {
        if (port !== 8080 || address === SILENT_ADDRESS) throw new Error(`nothing at ${address}:${port}`);
        return answeredBy(async (request, response) => {
          await takeNote(request);
          response.setHeader('content-type', 'text/plain');
          response.end(address === PROBER_ADDRESS ? '100.96.1.8\n' : `this is ${address}\n`);
        });
      },
    });
    core = configOf(controlPlane.kubeconfig).makeApiClient(CoreV1Api);
    await createPod('default', 'four', ADDRESS);
    await createPod('default', 'six', IPV6_ADDRESS);
    await createPod('default', 'none');
    await createPod(NAMESPACE, 'prober', PROBER_ADDRESS);
    await createPod(NAMESPACE, 'silent', SILENT_ADDRESS);
    await createPod(NAMESPACE, 'none');
  });
  afterAll(async () => {
    await controlPlane?.stop();
  });
  beforeEach(() => {
    arrived = [];
  });

  async function createPod(namespace: string, name: string, ip?: string): Promise<void> {
    const spec = { nodeName: 'some-node', containers: [{ name: 'server', image: 'server' }] };
    const pod = await core.createNamespacedPod({ namespace, body: { metadata: { name }, spec } });
    if (ip === undefined) return;
    const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
    await core.replaceNamespacedPodStatus({ namespace, name, body: { ...pod, status } });
  }

  test('pods/proxy reaches the address of the pod through dialPod, for both families', async () => {
    const path = 'page';
    const get = (name: string) =>
      core.connectGetNamespacedPodProxyWithPath({ namespace: 'default', name: `http:${name}:8080`, path });
    expect(await get('four')).toBe(`this is ${ADDRESS}\n`);
    expect(await get('six')).toBe(`this is ${IPV6_ADDRESS}\n`);
  });

  test.each([
    ['cgi-bin/reach', '/cgi-bin/reach'],
    ['what?', '/what%3F'],
    ['a b', '/a%20b'],
    ['100%', '/100%25'],
    ['folder/', '/folder/'],
  ])('client-node encodes the path %s, and it arrives at the pod as %s', async (path, arrives) => {
    const target = { namespace: 'default', name: 'http:four:8080', path };
    await core.connectPostNamespacedPodProxyWithPath(target);
    expect(arrived).toEqual([expect.stringContaining(`POST ${arrives} `)]);
  });

  test('where dialPod finds nobody, the API server answers 503', async () => {
    const target = { namespace: 'default', name: 'http:four:9999', path: 'page' };
    const failure = await core.connectGetNamespacedPodProxyWithPath(target).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 503 });
    expect(String(failure)).toContain(`while dialing ${ADDRESS}:9999, code 502`);
    expect(arrived).toEqual([]);
  });

  test('a pod without address, as an evicted one is, is answered 400', async () => {
    const target = { namespace: 'default', name: 'http:none:8080', path: 'page' };
    const failure = await core.connectGetNamespacedPodProxyWithPath(target).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 400 });
    expect(String(failure)).toContain('address not allowed');
  });

  describe('a probe pod', () => {
    const ask = (name: string, address: string, addresses: readonly string[]) => {
      const api = new ApiServer({ kubeconfig: configOf(controlPlane.kubeconfig), clock: systemClock });
      return reachedFrom(api, { name, node: 'some-node', address }, addresses);
    };

    test('is asked for addresses line by line, and what it answers is understood', async () => {
      const reached = await ask('prober', PROBER_ADDRESS, ['100.96.0.8', '100.96.1.8']);
      expect(reached).toContain('100.96.1.8');
      expect(reached).not.toContain('100.96.0.8');
      expect(arrived).toEqual(['POST /cgi-bin/reach text/plain 100.96.0.8\n100.96.1.8\n']);
    });

    test.each([
      ['that is gone', 'nobody'],
      ['that has no address any more', 'none'],
      ['at which nothing answers', 'silent'],
    ])('%s cannot be asked, which is no error', async (_what, name) => {
      expect(await ask(name, PROBER_ADDRESS, ['100.96.0.8'])).toBeUndefined();
    });
  });
});

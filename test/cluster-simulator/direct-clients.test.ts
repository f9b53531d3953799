import { ApiException, type ConfigurationOptions, Observable } from '@kubernetes/client-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../infra/local/cluster/index.ts';
import { createCluster, directClients, inProcessConnection } from '../../infra/local/cluster/index.ts';
import { clusterScenario } from '../../infra/local/example/cluster-scenario.ts';
import { exampleCluster } from '../../infra/local/example/nodes.ts';
import { apiClients, parseKubeconfig, type Transport } from '../../shared/kubernetes/client/index.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { annotated, CALLS, KUBE_DNS, merge, SHOOT } from './adapter-calls/index.ts';
import { SERVICE_RANGE } from './small-cluster.ts';

const asObservable = <Value>(value: Value) => new Observable(Promise.resolve(value));

type Way = 'real' | 'direct';

function world(way: Way, through: (transport: Transport) => Transport = (transport) => transport) {
  const clock = virtualClock();
  const example = exampleCluster({ nodes: 5 });
  const simulated = createCluster({
    clock,
    objects: [...clusterScenario(example), SHOOT],
    serviceClusterIpRanges: [SERVICE_RANGE],
  });
  onTestFinished(() => simulated.stop());
  const connection = inProcessConnection(simulated);
  const kubeconfig = parseKubeconfig(connection.kubeconfig);
  const transport = through(connection.transport);
  const clients = way === 'real' ? apiClients(kubeconfig, transport) : directClients(transport, kubeconfig);
  return { clock, simulated, clients, connection };
}

/** What the adapters can see of an answer or an error. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await call };
  } catch (error) {
    if (error instanceof ApiException) {
      const { code, body, headers, message } = error;
      return { code, body, headers, message };
    }
    return { error: String(error), cause: error instanceof Error ? String(error.cause) : undefined };
  }
}

async function both(run: (there: ReturnType<typeof world>) => Promise<unknown>) {
  const [real, direct] = [world('real'), world('direct')];
  const seen = { real: await real.clock.until(run(real)), direct: await direct.clock.until(run(direct)) };
  return { ...seen, counts: { real: real.simulated.gate.counts(), direct: direct.simulated.gate.counts() } };
}

describe('the direct way to an API server', () => {
  test('answers and refuses every call of the adapters as client-node hands it over, in the same words', async () => {
    const [real, direct] = [world('real'), world('direct')];
    for (const [name, call] of CALLS) {
      const expected = await real.clock.until(outcome(call(real.clients)));
      expect(await direct.clock.until(outcome(call(direct.clients))), name).toStrictEqual(expected);
      // What controllers make of it is part of what the next calls see.
      await Promise.all([real.clock.advance(3_000), direct.clock.advance(3_000)]);
    }
    expect(direct.simulated.gate.counts()).toEqual(real.simulated.gate.counts());
  });

  test('leaves out no call that the adapters make', () => {
    const { clients } = world('direct');
    const calls = Object.values(clients).flatMap((api: object) => Object.keys(api));
    const tried = new Set(CALLS.map(([name]) => name.split(' ')[0]));
    expect(calls.filter((call) => !tried.has(call))).toEqual([]);
  });

  const FAULTS: readonly Omit<Fault, 'match'>[] = (['before', 'after'] as const).flatMap((when) =>
    ([401, 403, 404, 409, 422, 429, 500, 503, 'connection-lost'] as const).map((answer) => ({
      when,
      answer,
    })),
  );

  test.each(FAULTS)(
    'shows $answer $when the effect as client-node does, and the effect is there or not',
    async (fault) => {
      const { real, direct, counts } = await both(async ({ clients, simulated }) => {
        simulated.gate.failRequest({ ...fault, match: { verb: 'patch', resource: 'services' } });
        const patch = clients.core.patchNamespacedService({ ...KUBE_DNS, body: annotated }, merge);
        return [await outcome(patch), await outcome(clients.core.readNamespacedService(KUBE_DNS))];
      });
      expect(direct).toStrictEqual(real);
      expect(counts.direct).toEqual(counts.real);
      expect(real).not.toHaveProperty('[0].answer');
    },
  );

  test('is refused what is forbidden, and told so when it asks', async () => {
    const { real, direct } = await both(async ({ clients, simulated }) => {
      simulated.gate.forbid({ verb: 'list', resource: 'nodes' });
      const resourceAttributes = { verb: 'list', resource: 'nodes', group: '' };
      return [
        await outcome(clients.core.listNode()),
        await outcome(
          clients.authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
        ),
      ];
    });
    expect(direct).toStrictEqual(real);
    expect(real).toMatchObject([{ code: 403 }, { answer: { status: { allowed: false } } }]);
  });

  test('finds a server that is away as broken as over the wire', async () => {
    const { real, direct } = await both(async ({ clients, simulated }) => {
      simulated.gate.setAway(true);
      return await outcome(clients.core.listNode());
    });
    expect(direct).toStrictEqual(real);
    expect(real).toMatchObject({ error: 'TypeError: fetch failed' });
  });

  test('takes an answer that somebody on the way gives, and a request that somebody on the way changed', async () => {
    const answering: Transport = async () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        kind: 'NodeList',
        items: [{ metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } }],
      }),
    });
    const { clients } = world('direct', () => answering);
    const { items } = await clients.core.listNode();
    expect(items[0]?.metadata?.creationTimestamp).toEqual(new Date('2026-01-01T00:00:00Z'));

    const elsewhere = world('direct', (transport) => (request) => {
      const url = new URL(request.url);
      url.pathname = '/api/v1/nodes/nobody';
      return transport({ ...request, url });
    });
    expect(await outcome(elsewhere.clients.core.listNode())).toMatchObject({ code: 404 });
  });

  test('reads on the way as over the wire: method, URL, content type and body', async () => {
    const written = async (way: Way) => {
      const requests: unknown[] = [];
      const { clients } = world(way, (transport) => (request) => {
        const { method, url, headers, body } = request;
        const content: unknown = body === undefined ? undefined : JSON.parse(body);
        requests.push({ method, url: url.href, contentType: headers.get('content-type'), content });
        return transport(request);
      });
      for (const [, call] of CALLS) await outcome(call(clients));
      return requests;
    };
    expect(await written('direct')).toEqual(await written('real'));
  });

  test('waits for no answer any more once its signal has aborted', async () => {
    const { clients } = world('direct', () => () => new Promise(() => undefined));
    const ending = new AbortController();
    const options: ConfigurationOptions = {
      middleware: [
        {
          pre: (request) => {
            request.setSignal(ending.signal);
            return asObservable(request);
          },
          post: asObservable,
        },
      ],
      middlewareMergeStrategy: 'append',
    };
    const asked = clients.core.listNode({}, options);
    const reason = new Error('the run is ended');
    ending.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  test('hands out one frozen object for each version', async () => {
    const { clients, clock } = world('direct');
    const read = () => clock.until(clients.core.readNamespacedService(KUBE_DNS));
    const first = await read();
    expect(await read()).toBe(first);
    expect(() => {
      first.metadata = {};
    }).toThrow(TypeError);
    await clock.until(clients.core.patchNamespacedService({ ...KUBE_DNS, body: annotated }, merge));
    expect((await read()).metadata?.annotations).toMatchObject({ seen: 'yes' });
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { services as serviceResource } from '../../infra/local/cluster/index.ts';
import { kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import type { Cluster } from '../../shared/kubernetes/cluster.ts';
import { ClusterRefused, ClusterUnavailable } from '../../shared/kubernetes/errors.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { SERVICES_IPV4, SERVICES_IPV6, startWorld } from './world.ts';

interface Answer {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly { readonly field: string; readonly message: string }[];
}

/** A control plane that gives these answers in turn, as often as it is asked; undefined is a yes. */
async function controlPlane(
  ...answers: readonly (Answer | undefined)[]
): Promise<{ readonly cluster: Cluster; asked(): number; connections(): number }> {
  let asked = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    const answer = answers[asked % answers.length];
    asked += 1;
    request.resume();
    const body =
      answer === undefined
        ? { kind: 'Service', apiVersion: 'v1', metadata: { name: 'dual-stack-probe-x' } }
        : { kind: 'Status', apiVersion: 'v1', ...answer, details: { causes: answer.causes } };
    response.writeHead(answer?.code ?? 201, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const kubeconfig = parseKubeconfig(kubeconfigFor(`http://127.0.0.1:${port}`));
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  return {
    cluster: kubernetesCluster({ kubeconfig, clock }),
    asked: () => asked,
    connections: () => connections,
  };
}

const SINGLE_STACK: Answer = {
  code: 422,
  reason: 'Invalid',
  message: 'Service "dual-stack-probe-x" is invalid: …',
  causes: [
    {
      field: 'spec.ipFamilyPolicy',
      message: 'Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    },
  ],
};

it('an API server with one service range says no, one with both yes, and nothing is stored', async () => {
  const single = await startWorld();
  expect(await single.cluster.acceptsDualStackServices()).toBe(false);
  const dual = await startWorld({ services: [SERVICES_IPV4, SERVICES_IPV6] });
  const services = async () => (await dual.simulator.client.list(serviceResource)).items.length;
  const before = await services();
  expect(await dual.cluster.acceptsDualStackServices()).toBe(true);
  expect(await services()).toBe(before);
});

it('one server of a control plane that says no is a no, whoever of them answers first', async () => {
  for (const answers of [
    [SINGLE_STACK, undefined, undefined],
    [undefined, undefined, SINGLE_STACK],
  ]) {
    const { cluster } = await controlPlane(...answers);
    expect(await cluster.acceptsDualStackServices()).toBe(false);
  }
  const { cluster, asked, connections } = await controlPlane(undefined);
  expect(await cluster.acceptsDualStackServices()).toBe(true);
  // What stands before the API servers distributes connections, not requests.
  expect(connections()).toBe(asked());
  expect(asked()).toBeGreaterThan(2);
});

it.each<[string, Answer]>([
  [
    'a quota',
    {
      code: 403,
      reason: 'Forbidden',
      message: 'services "x" is forbidden: exceeded quota: few, requested: services=1',
    },
  ],
  [
    'a webhook',
    {
      code: 403,
      reason: 'Forbidden',
      message: 'admission webhook "no.example" denied the request: no Services here',
    },
  ],
  [
    'a missing permission',
    { code: 403, reason: 'Forbidden', message: 'User "x" cannot create resource "services"' },
  ],
  [
    'a rule about something else',
    {
      code: 422,
      reason: 'Invalid',
      message: 'Service "x" is invalid: spec.ports[0].name: Required value',
      causes: [{ field: 'spec.ports[0].name', message: 'Required value' }],
    },
  ],
  ['an answer without a cause', { code: 422, reason: 'Invalid', message: 'invalid' }],
])('%s that refuses the Service is an error that says so, not a no', async (_, answer) => {
  const { cluster } = await controlPlane(answer);
  const accepted = cluster.acceptsDualStackServices();
  await expect(accepted).rejects.toThrow(ClusterRefused);
  await expect(accepted).rejects.toThrow(answer.message);
});

it('a server that cannot allocate an address yet is one to ask again', async () => {
  const message = 'Internal error occurred: failed to allocate a serviceIP: IPv6 ServiceCIDR is not ready';
  const { cluster } = await controlPlane({ code: 500, reason: 'InternalError', message });
  await expect(cluster.acceptsDualStackServices()).rejects.toThrow(ClusterUnavailable);
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { gardenShoot, kubernetesCluster, parseKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { kubeconfigFor } from './kubeconfig.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const NO_NODES = { kind: 'NodeList', apiVersion: 'v1', metadata: {}, items: [] };
const SHOOT = { metadata: { resourceVersion: '1', generation: 1, annotations: {} }, status: {} };

/** On its clock pauses end at once, and are added up. */
function impatientClock() {
  let slept = 0;
  const clock: Clock = {
    ...systemClock,
    sleep: async (milliseconds) => {
      slept += milliseconds;
    },
  };
  return { clock, slept: () => slept };
}

/** An API server over real sockets; `handle` says what becomes of the nth request of a connection. */
async function startServer(
  handle: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<{ readonly kubeconfig: string; connections(): number; requests(): number }> {
  const requestsOf = new Map<Socket, number>();
  let requests = 0;
  const server = createServer((request, response) => {
    const nth = (requestsOf.get(request.socket) ?? 0) + 1;
    requestsOf.set(request.socket, nth);
    requests += 1;
    request.resume().once('end', () => handle(request, response, nth));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: kubeconfigFor(`http://127.0.0.1:${port}`),
    connections: () => requestsOf.size,
    requests: () => requests,
  };
}

function answer(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

it('a question that each of several API servers may answer otherwise goes over a new connection every time', async () => {
  const service = { kind: 'Service', apiVersion: 'v1', metadata: { name: 'dual-stack-probe-1' } };
  const { kubeconfig, connections, requests } = await startServer((_, response) => answer(response, service));
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), clock: systemClock });
  for (let look = 0; look < 3; look += 1) expect(await cluster.acceptsDualStackServices()).toBe(true);
  expect(connections()).toBe(requests());
});

it('a dry run that meets a conflict is asked again', async () => {
  const service = { kind: 'Service', apiVersion: 'v1', metadata: { name: 'dual-stack-probe-1' } };
  const conflict = { kind: 'Status', status: 'Failure', reason: 'Conflict', code: 409, message: 'modified' };
  let conflicts = 0;
  const { kubeconfig } = await startServer((_, response) => {
    conflicts += 1;
    response.statusCode = conflicts === 1 ? 409 : 201;
    answer(response, conflicts === 1 ? conflict : service);
  });
  const { clock } = impatientClock();
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), clock });
  expect(await cluster.acceptsDualStackServices()).toBe(true);
});

it('requests one after the other share a connection', async () => {
  const { kubeconfig, connections } = await startServer((_, response) => answer(response, NO_NODES));
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), clock: systemClock });
  for (let read = 0; read < 20; read += 1) await cluster.nodes();
  // The next one may come a moment before the connection is given back.
  expect(connections()).toBeLessThan(5);
});

it.each(['before', 'in the middle of'] as const)(
  'a read succeeds although the server ends each kept connection %s its second answer',
  async (when) => {
    const { kubeconfig, connections } = await startServer((request, response, nth) => {
      if (nth === 1) {
        answer(response, NO_NODES);
        return;
      }
      if (when === 'in the middle of') response.write('{"kind":"NodeL');
      setImmediate(() => request.socket.destroy());
    });
    const { clock } = impatientClock();
    const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), clock });
    for (let read = 0; read < 5; read += 1) expect(await cluster.nodes()).toEqual([]);
    expect(connections()).toBeGreaterThan(2);
  },
);

it('a change is made once although the connection ends before its answer', async () => {
  let annotations: Record<string, string> = {};
  let patches = 0;
  const { kubeconfig } = await startServer((request, response) => {
    if (request.method === 'PATCH') {
      patches += 1;
      annotations = { 'gardener.cloud/operation': 'reconcile' };
      request.socket.destroy();
      return;
    }
    answer(response, { ...SHOOT, metadata: { ...SHOOT.metadata, annotations } });
  });
  const { clock } = impatientClock();
  const place = { namespace: 'garden-core', name: 'api' };
  const garden = gardenShoot({ kubeconfig: parseKubeconfig(kubeconfig), clock, ...place });
  await garden.reconcile();
  expect(patches).toBe(1);
});

it('an API server that is rolled, and ends every connection for five seconds, is waited for', async () => {
  const { clock, slept } = impatientClock();
  const { kubeconfig, requests } = await startServer((request, response) => {
    if (slept() < 5_000) request.socket.destroy();
    else answer(response, NO_NODES);
  });
  // The shortest pauses that chance can bring.
  const random = () => 0;
  const cluster = kubernetesCluster({ kubeconfig: parseKubeconfig(kubeconfig), clock, random });
  expect(await cluster.nodes()).toEqual([]);
  expect(requests()).toBeGreaterThan(1);
});

import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { PubSub } from '@google-cloud/pubsub';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { remoteBus, remoteDocuments } from '../../../infra/local/backends/embedded/index.ts';
import { connectFromEnvironment } from '../../../infra/local/backends/index.ts';
import type { Bus } from '../../../shared/bus/bus.ts';
import { BusUnavailable } from '../../../shared/bus/bus.ts';
import { pubsubBus } from '../../../shared/bus/pubsub.ts';
import type { Documents } from '../../../shared/store/documents.ts';
import { StoreUnavailable } from '../../../shared/store/documents.ts';
import { firestoreDocuments } from '../../../shared/store/firestore.ts';
import { openFirestore } from '../../../shared/store/firestore-client.ts';

const DEADLINE = 300;
// Google's clients look for a metadata server otherwise, and warn that there is none.
beforeAll(() => vi.stubEnv('METADATA_SERVER_DETECTION', 'none'));
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** `host:port` of a server that accepts connections and says nothing. */
async function silentServer(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return `127.0.0.1:${portOf(server)}`;
}

/** `host:port` where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${portOf(server)}`;
  server.close();
  await once(server, 'close');
  return address;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not a TCP server');
  return address.port;
}

function firestoreAt(host: string): Documents {
  // Not terminated: that waits for reads which the client repeats in the background.
  return firestoreDocuments(openFirestore({ projectId: 'demo', host, ssl: false }), DEADLINE);
}

function pubsubAt(apiEndpoint: string): Bus {
  const pubsub = new PubSub({ projectId: 'demo', apiEndpoint, emulatorMode: true });
  cleanUp.push(() => pubsub.close());
  return pubsubBus(pubsub, DEADLINE);
}

const stores: Record<string, (host: string) => Documents> = {
  Firestore: firestoreAt,
  'the embedded store': (host) => remoteDocuments(`http://${host}`, DEADLINE),
};
const buses: Record<string, (host: string) => Bus> = {
  'Pub/Sub': pubsubAt,
  'the embedded bus': (host) => remoteBus(`http://${host}`, DEADLINE),
};
const places = { silent: silentServer, gone: closedPort };

for (const [place, where] of Object.entries(places)) {
  test.for(Object.entries(stores))(`when %s is ${place}, a call ends in StoreUnavailable`, async ([, at]) => {
    const documents = at(await where());
    await expect(documents.get('c/d')).rejects.toThrow(StoreUnavailable);
    await expect(documents.list('c')).rejects.toThrow(StoreUnavailable);
    const write = documents.commit([{ kind: 'create', path: 'c/d', fields: {} }]);
    await expect(write).rejects.toThrow(StoreUnavailable);
    await expect(write).rejects.toHaveProperty('cause', expect.any(Error));
  });

  test.for(Object.entries(buses))(`when %s is ${place}, a publish ends in BusUnavailable`, async ([, at]) => {
    const published = at(await where()).publish('orders', { body: {} });
    await expect(published).rejects.toThrow(BusUnavailable);
    await expect(published).rejects.toHaveProperty('cause', expect.any(Error));
  });
}

test('an environment that names no backends is refused with the names to set', () => {
  expect(() => connectFromEnvironment({ PUBSUB_EMULATOR_HOST: 'localhost:1' })).toThrow(
    /LOCAL_BACKENDS_URL.*FIRESTORE_EMULATOR_HOST.*GOOGLE_CLOUD_PROJECT/,
  );
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { ComputeUnavailable } from '../../shared/compute/errors.ts';
import { Api } from '../../shared/compute/google/api.ts';
import { googleClients } from '../../shared/compute/google/clients.ts';

/** A server that takes requests and never answers; counts those whose caller has gone. */
async function silentServer() {
  const seen = { requests: 0, left: 0 };
  const server = createServer((request) => {
    seen.requests += 1;
    request.on('close', () => {
      seen.left += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { seen, url: `http://127.0.0.1:${address.port}` };
}

test('a request that is not answered in time is given up, and its connection with it', async () => {
  const { seen, url } = await silentServer();
  const clients = googleClients(url);
  const api = new Api({ project: 'p', region: 'r', clients, clock: systemClock, newRequestId: randomUUID });
  // Loaded before the time runs.
  await clients.networks();
  const armed = vi.spyOn(AbortSignal, 'timeout');
  onTestFinished(() => armed.mockRestore());
  const request = api.once(
    'networks.get n',
    async (options) => (await clients.networks()).get({ project: 'p', network: 'n' }, options),
    500,
  );
  await expect(request).rejects.toThrow(ComputeUnavailable);
  await expect(request).rejects.toThrow('no answer');
  expect(seen.requests).toBe(1);
  await vi.waitFor(() => expect(seen.left).toBe(1));
  // The client's own timer would stay for a minute, and keep the whole answer of a list with it.
  expect(armed).not.toHaveBeenCalled();
});

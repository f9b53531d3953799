import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { startBalancer, type Target } from '../../infra/local/chaos/balancer.ts';
import { Deliveries } from '../../infra/local/chaos/deliveries.ts';
import { freePort } from '../../infra/local/child-process.ts';

/** An instance that answers as it is told, and notes what it was sent. */
async function instance(pid: number, answer: (destroy: () => void) => number | undefined) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    bodies.push(body);
    const status = answer(() => request.socket.destroy());
    if (status !== undefined) response.writeHead(status).end();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { pid, url: `http://127.0.0.1:${port}`, bodies };
}

async function balancer(targets: readonly Target[]) {
  const deliveries = new Deliveries();
  const started = await startBalancer(() => targets, deliveries);
  onTestFinished(() => started.stop());
  return { ...started, deliveries };
}

function pushBody(messageId: string, body: object, attributes?: Record<string, string>): string {
  const data = Buffer.from(JSON.stringify(body)).toString('base64');
  return JSON.stringify({ message: { data, messageId, attributes }, subscription: 'x' });
}

async function push(url: string, topic: string, body: string): Promise<number> {
  const response = await fetch(`${url}/${topic}`, { method: 'POST', body });
  await response.arrayBuffer();
  return response.status;
}

test('messages take turns over the instances, unchanged, and come again where one died over them', async () => {
  const healthy = await instance(1, () => 204);
  const dying = await instance(2, (destroy) => {
    destroy();
    return undefined;
  });
  const { url, deliveries } = await balancer([healthy, dying]);
  const body = pushBody('m1', { shoot: 'a/b' });
  expect(await push(url, 'preflight', body)).toBe(204);
  expect(await push(url, 'preflight', body)).toBe(503);
  expect(await push(url, 'preflight', body)).toBe(204);
  expect(healthy.bodies).toEqual([body, body]);
  expect(deliveries.figures()).toEqual({
    messages: 1,
    deliveries: 3,
    redelivered: 2,
    refused: 0,
    broken: 1,
    givenUp: 0,
  });
});

test('without an instance a message is to come again', async () => {
  const { url, deliveries } = await balancer([]);
  expect(await push(url, 'preflight', pushBody('m1', {}))).toBe(503);
  expect(deliveries.figures()).toMatchObject({ broken: 1 });
});

test('an instance that stands still is known to be at work until the bus waits no longer', async () => {
  const still = await instance(7, () => undefined);
  const { url, deliveries, underWay } = await balancer([still]);
  const waiting = new AbortController();
  const body = pushBody('m1', {});
  const pushed = fetch(`${url}/migrate-routes`, { method: 'POST', body, signal: waiting.signal });
  await expect.poll(() => still.bodies.length, { timeout: 20_000 }).toBe(1);
  expect(underWay(7)).toEqual(['migrate-routes']);
  waiting.abort();
  await expect(pushed).rejects.toThrow();
  await expect.poll(() => deliveries.figures().givenUp, { timeout: 20_000 }).toBe(1);
  expect(underWay(7)).toEqual([]);
});

test('a dead letter is found again by what it says, with what became of its deliveries', () => {
  const deliveries = new Deliveries();
  const nudge = { topic: 'preflight', messageId: 'm1', text: '{"shoot":"a/b"}', attributes: {} };
  const other = { ...nudge, messageId: 'm2' };
  for (let attempt = 0; attempt < 9; attempt += 1) deliveries.begin(nudge)({ kind: 'broken' });
  deliveries.begin(nudge)({ kind: 'refused', status: 500 });
  // The same words, but it was dealt with.
  deliveries.begin(other)({ kind: 'acknowledged' });
  const attributes = { CloudPubSubDeadLetterSourceSubscription: 'projects/p/subscriptions/preflight-push' };
  deliveries.begin({ ...nudge, topic: 'dead-letter', messageId: 'm3', attributes })({ kind: 'acknowledged' });
  const [letter, ...others] = deliveries.deadLetters();
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ topic: 'preflight', text: nudge.text });
  expect(letter?.failures).toHaveLength(10);
  expect(letter?.failures.at(-1)).toEqual({ kind: 'refused', status: 500 });
});

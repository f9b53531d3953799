import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ResponseContext } from '@kubernetes/client-node';
import { afterEach, expect, test } from 'vitest';
import { boundedText, TooLarge } from '../../shared/bounded-text.ts';
import { systemClock } from '../../shared/clock.ts';
import { ApiServer } from '../../shared/kubernetes/client/api-server.ts';
import { boundedAnswer, MOST_ANSWER_BYTES } from '../../shared/kubernetes/client/bounded-answer.ts';
import { kubernetesCluster, parseKubeconfig, readKubeconfig } from '../../shared/kubernetes/client/index.ts';
import { reachedFrom } from '../../shared/kubernetes/client/probe/ask.ts';
import { kubeconfigFor } from './kubeconfig.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serverThat(answers: (response: ServerResponse) => void) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    answers(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const kubeconfig = parseKubeconfig(kubeconfigFor(`http://127.0.0.1:${port}`));
  return { kubeconfig, asked: () => asked };
}

/** Some kilobytes on the wire. */
const BOMB = gzipSync(Buffer.alloc(MOST_ANSWER_BYTES + 1, ' '));
const bomb = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  response.end(BOMB);
};

test('a list that unpacks to more than is read is refused, once, with the bound', async () => {
  const { kubeconfig, asked } = await serverThat(bomb);
  const listed = kubernetesCluster({ kubeconfig, clock: systemClock }).nodes();
  await expect(listed).rejects.toMatchObject({
    name: 'ClusterRefused',
    reason: 'AnswerTooLarge',
    message: `list Nodes: more than ${MOST_ANSWER_BYTES} bytes came, which is the most that is taken [AnswerTooLarge]`,
  });
  expect(asked()).toBe(1);
});

test('so is an error with such a body', async () => {
  const { kubeconfig } = await serverThat((response) => {
    response.writeHead(403, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(BOMB);
  });
  const listed = kubernetesCluster({ kubeconfig, clock: systemClock }).nodes();
  await expect(listed).rejects.toMatchObject({ reason: 'AnswerTooLarge' });
});

test('a probe pod that talks too much counts as one that does not answer', async () => {
  const { kubeconfig } = await serverThat(bomb);
  const api = new ApiServer({ kubeconfig, clock: systemClock });
  const prober = { name: 'probe-1', node: 'node-1', address: '10.0.0.1' };
  expect(await reachedFrom(api, prober, ['10.0.0.1'])).toBeUndefined();
});

test('of a stream without an end no more is read than the bound, and it is closed', async () => {
  let given = 0;
  let closed = false;
  async function* endless() {
    try {
      for (;;) {
        given += 100;
        yield new Uint8Array(100);
      }
    } finally {
      closed = true;
    }
  }
  await expect(boundedText(endless(), 1_000)).rejects.toThrow(TooLarge);
  expect(given).toBe(1_100);
  expect(closed).toBe(true);
});

test('what is as large as the bound is read whole, letters cut in two included', async () => {
  const text = 'aä€😀'.repeat(10);
  const bytes = Buffer.from(text);
  async function* oneByOne() {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  expect(await boundedText(oneByOne(), bytes.length)).toBe(text);
  await expect(boundedText(oneByOne(), bytes.length - 1)).rejects.toThrow(
    `more than ${bytes.length - 1} bytes`,
  );
});

test('what answers in place of a socket is bounded, too', async () => {
  const body = { text: async () => 'abcdef', binary: async () => Buffer.of(), stream: () => null };
  expect(await boundedAnswer(new ResponseContext(200, {}, body), 6).body.text()).toBe('abcdef');
  await expect(boundedAnswer(new ResponseContext(200, {}, body), 5).body.text()).rejects.toThrow(TooLarge);
});

test('a file that is no kubeconfig by its size alone is not read', () => {
  expect(() => readKubeconfig(process.execPath)).toThrow(
    /^the kubeconfig cannot be used: \d+ bytes, expected at most 1048576$/,
  );
});
